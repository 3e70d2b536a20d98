import { internalObject } from '../../engine/internal-symbol.ts';
import { runAs, type Owner } from '../../origin/owner.ts';
import { isRecord } from '../../rules/record.ts';

/** A fixture, as vitest keeps it since 4.1. */
interface Fixture {
  readonly scope?: unknown;
  /** A function, or the value of the fixture itself. */
  value?: unknown;
  /** The fixture of the same name that this one overrides. */
  readonly parent?: unknown;
}

/** The owner of what worker fixtures open: vitest closes it with the worker, after the results of all files. */
const worker: Owner = { name: 'a fixture of the worker' };

/**
 * Makes the worker own what fixtures of scope `worker` open, not the test that is the first to use one.
 *
 * @param test vitest's function that declares a test; an unknown vitest keeps its fixtures elsewhere
 */
export function disownWorkerFixtures(test: object): void {
  const context = internalObject(test, 'kChainableContext');
  const getFixtures: unknown = context && Reflect.get(context, 'getFixtures');
  const own: unknown =
    typeof getFixtures === 'function' ? Reflect.apply(getFixtures, context, []) : undefined;
  if (typeof own !== 'object' || own === null) return;
  const all: unknown = Reflect.get(own.constructor, '_definitions');
  if (!Array.isArray(all)) return;
  for (const definition of all as unknown[]) {
    const fixtures: unknown = isRecord(definition) ? definition['_registrations'] : undefined;
    if (fixtures instanceof Map) for (const fixture of fixtures.values()) disown(fixture);
  }
}

const disowned = new WeakSet<object>();

function disown(fixture: unknown): void {
  if (!isRecord(fixture)) return;
  const item: Fixture = fixture;
  disown(item.parent);
  const { scope, value } = item;
  if (scope !== 'worker' || typeof value !== 'function' || disowned.has(value)) return;
  const standIn = (...args: unknown[]): unknown =>
    runAs(worker, (): unknown => Reflect.apply(value, undefined, args));
  disowned.add(standIn);
  // vitest keeps there where the fixture was declared
  item.value = Object.assign(standIn, value);
}
