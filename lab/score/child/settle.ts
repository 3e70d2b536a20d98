/** Wait for all tools without their own: see docs/method.md. */
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Longest wait for resources that are about to end, in ms; the same as the bundled detector's own budget. */
const budget = 1000;

/** Waits until `isQuiet`, with garbage collections, at least a few turns and at most {@link budget} ms. */
export async function settle(isQuiet: () => boolean): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  collect();
  for (
    let spent = 0, pause = 5;
    spent < budget && !isQuiet();
    spent += pause, pause = Math.min(pause * 2, 100)
  ) {
    await setTimeout(pause);
    collect();
  }
  // for work that a collection or the last close has started
  await setTimeout(30);
  collect();
}

function collect(): void {
  if (!globalThis.gc) throw new Error('start it with --expose-gc');
  globalThis.gc();
}

/** Counts equal names. */
export function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Lists the names that are more frequent than before. */
export function increase(
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): readonly { readonly type: string; readonly count: number }[] {
  return [...now].flatMap(([type, count]) => {
    const more = count - (before.get(type) ?? 0);
    return more > 0 ? [{ type, count: more }] : [];
  });
}
