/** Fixed: the hook is disabled with its namespace. */
import { createHook, type AsyncHook } from 'node:async_hooks';
import type { Outcome } from '../../lab/contract.ts';

class Namespace {
  readonly contexts = new Map<number, string>();
  readonly entries: Uint8Array = new Uint8Array(16_384);
  readonly #hook: AsyncHook;

  constructor(name: string) {
    this.#hook = createHook({
      init: (id) => {
        if (this.contexts.size < 100) this.contexts.set(id, name);
      },
    });
    this.#hook.enable();
  }

  close(): AsyncHook {
    return this.#hook.disable(); // FIX: the hook is called no more
  }
}

const namespaces = new Map<string, Namespace>();

function create(name: string): Namespace {
  const namespace = new Namespace(name);
  namespaces.set(name, namespace);
  return namespace;
}

function destroy(name: string): boolean {
  return namespaces.get(name)?.close() !== undefined && namespaces.delete(name);
}

export async function run(): Promise<Outcome> {
  const namespace = create('server');
  await Promise.resolve();
  const hasSeen = namespace.contexts.size > 0;
  return { hasSeen, isDestroyed: destroy('server') };
}
