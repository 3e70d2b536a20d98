/** Replays incidents at a low rate: their shapes hold on any machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaklab } from '../fixtures/cli.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();

interface Variant {
  readonly program: string;
  readonly role: string;
  readonly phases: Readonly<Record<'healthy' | 'ill', Readonly<Record<'waiting' | 'other', number>>>>;
  readonly recovered: { readonly waiting?: number; readonly other?: number };
  readonly seen: readonly { readonly kind: string; readonly at?: string }[];
}

async function replayed(
  name: string,
): Promise<{ readonly variants: readonly Variant[]; readonly page: string }> {
  const root = folder({});
  const { stdout, stderr } = await leaklab(
    ['incident', name, '--rate', '25', '--json', '--html', 'page.html'],
    root,
  );
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const { variants } = JSON.parse(stdout) as { variants: readonly Variant[] };
  return { variants, page: readFileSync(join(root, 'page.html'), 'utf8') };
}

const lineOf = (program: string, text: string): number =>
  readFileSync(join(import.meta.dirname, `${program}.ts`), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

test('a slow upstream: the race saves the callers and not the upstream; an abort saves both', async () => {
  const { variants, page } = await replayed('slow-upstream');
  const [none, race, abort, bulkhead] = variants;
  const waiting = (variant: Variant | undefined): number => variant?.phases.ill.waiting ?? Number.NaN;
  const open = (variant: Variant | undefined): number => variant?.phases.ill.other ?? Number.NaN;
  expect(waiting(none)).toBeGreaterThan(5 * waiting(race));
  expect(open(race)).toBeGreaterThan(5 * open(abort));
  expect(open(abort)).toBeLessThan(0.2 * open(none));
  expect(open(bulkhead)).toBeLessThan(0.2 * open(none));
  expect(
    variants.map(({ seen }) => seen.map(({ kind, at }) => `${kind} ${at?.replace(/:\d+$/, '')}`)),
  ).toEqual([
    [`request no-time-out.ts:${lineOf('slow-upstream/no-time-out', 'fetch(')}`],
    [`request race.ts:${lineOf('slow-upstream/race', 'fetch(')}`],
    [],
    [],
  ]);
  expect(page).toContain('<h1>An upstream slows from 80 ms to 12 s</h1>');
  expect(page.match(/<polyline/g)).toHaveLength(8);
}, 240_000);

test('listeners pile up with the requests, and stay', async () => {
  const { variants } = await replayed('shared-emitter');
  const [leaking, ...fixes] = variants;
  expect(leaking?.phases.ill.other).toBeGreaterThan(100);
  expect(leaking?.recovered.other).toBeUndefined();
  expect(leaking?.seen.map(({ kind, at }) => `${kind} ${at?.replace(/:\d+$/, '')}`)).toEqual([
    `listener per-request.ts:${lineOf('shared-emitter/per-request', 'settings.on(')}`,
  ]);
  expect(fixes.map(({ seen }) => seen)).toEqual([[], []]);
}, 240_000);

test('bad use is told in a sentence, with what to do', async () => {
  expect(await leaklab(['incident', 'flood'], folder({}))).toEqual({
    code: 2,
    stdout: '',
    stderr: 'leaklab: no incident "flood"\nnext: one of slow-upstream, lost-clients, shared-emitter\n',
  });
  const { code, stderr } = await leaklab(['incident', '--rate', '3'], folder({}));
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'leaklab: --rate "3" is no whole number from 25 to 2000\nnext: --rate 300\n',
  });
});
