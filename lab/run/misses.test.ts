import { expect, test } from 'vitest';
import { leaklab, refused } from '../fixtures/cli.ts';
import { catalogue, fix, pattern, stopped, ticking } from '../fixtures/mini-catalogue.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();
// marked as something that it does not leave
const missing = {
  'patterns/timer/clock.ts': pattern(ticking.replace('timer', 'server')),
  'fixes/timer/clock.ts': fix(stopped),
};
const args = ['run', '--catalogue', '.', '--json'];
const path = 'patterns/timer/clock.ts';
const why = 'a server of another kind';

async function told(misses: unknown): Promise<{ code: number | null; known: unknown[] }> {
  const files = catalogue({ ...missing, 'docs/misses.json': JSON.stringify(misses) });
  const { code, stdout } = await leaklab(args, folder(files));
  const { programs } = JSON.parse(stdout) as { programs: { role: string; isKnown?: boolean }[] };
  return { code, known: programs.map(({ role, isKnown }) => [role, isKnown ?? false]) };
}

test.concurrent('a known miss is told and does not fail the run', async () => {
  expect(await told([{ path, verdict: 'wrong kind', why }])).toEqual({
    code: 0,
    known: [
      ['pattern', true],
      ['fix', false],
    ],
  });
});

test.concurrent.each([
  { what: 'one that is not listed', misses: [] },
  { what: 'one that is listed as another', misses: [{ path, verdict: 'missed', why }] },
  {
    what: 'a listed one that is none any more',
    misses: [
      { path, verdict: 'wrong kind', why },
      { path: 'fixes/timer/clock.ts', verdict: 'false alarm', why },
    ],
  },
])('$what fails it', async ({ misses }) => {
  expect(await told(misses)).toMatchObject({ code: 1 });
});

test.concurrent.each([
  { text: '{}', problem: 'no list' },
  { text: '[{"path":"a"}]', problem: '{"path":"a"} is no miss' },
])('$text is refused', async ({ text, problem }) => {
  const root = folder(catalogue({ ...missing, 'docs/misses.json': text }));
  expect(await leaklab(args, root)).toEqual(
    refused(`${root}/docs/misses.json: ${problem}`, 'it holds a list of { "path", "verdict", "why" }'),
  );
});
