/**
 * A library makes a namespace with an async hook for each test server, and destroys the namespace with the
 * server.
 *
 * **What leaks** The map of each namespace, and the hook that goes on filling it.
 *
 * **Why it survives** Destroying removes the namespace from the list of names. Its hook stays enabled and holds its
 * map; every async resource of the process is added to the maps of all servers so far.
 *
 * **How it shows up** Tests get slower with each server. The heap holds as many maps as there were servers.
 *
 * **How to fix** Disable the hook and clear the map.
 *
 * **When this is not a leak** When a process makes only one namespace.
 */
import { createHook, type AsyncHook } from 'node:async_hooks';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Async hook never disabled',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['Jeff-Lewis/cls-hooked#60'],
  hints: [
    'Destroy a namespace and make a promise. Which hooks are called?',
    'A hook is called until it is disabled, even if its namespace is destroyed.',
    'Call `disable()` in `destroy`.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    this.#hook.enable(); // LEAK: listener
  }

  close(): AsyncHook {
    return this.#hook;
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
