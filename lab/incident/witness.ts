/** A process: some callers ask a variant under the detector, while the upstream is ill. */
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { find } from '../../detector/index.ts';
import { obey, tell, type Seen, type Watch } from './messages.ts';
import type { Variant } from './variant.ts';

const callers = 100;
/** The longest wait for the callers, in ms: longer than every time-out of the variants. */
const patience = 1500;

async function watch({ program, upstream, isRepeated }: Watch): Promise<readonly Seen[]> {
  const { variant } = (await import(program)) as { variant: Variant };
  const ask = (): Promise<unknown> =>
    Promise.allSettled(Array.from({ length: callers }, () => variant.answer(upstream)));
  const { leaks, notJudged } = isRepeated
    ? await find(ask, { level: 'heap' })
    : await find(() => Promise.race([ask(), pause(patience)]), { level: 'full' });
  const found = leaks.map(({ kind, count, site }) => ({
    kind,
    count,
    ...(site && { at: `${basename(site.file)}:${site.line}:${site.column}` }),
  }));
  return [...found, ...notJudged.map(({ type, why }) => ({ kind: `${type} not judged: ${why}`, count: 0 }))];
}

obey((order) => {
  if ('watch' in order) void watch(order.watch).then((seen) => tell({ seen }));
});
tell({ ready: '' });
