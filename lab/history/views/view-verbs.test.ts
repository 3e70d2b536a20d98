import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeLargeHistory } from '../fixtures/large-history.ts';
import { verb } from '../history-command.ts';

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklab-views-'));
  file = join(folder, 'leaks.history.jsonl');
  writeLargeHistory(file, { causes: 30, weeks: 8, isSteady: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function printed(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await verb.run(args)).toBe(0);
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

test('each view reads the history that the options name', async () => {
  expect(await printed('heat', '--file', file)).toMatch(
    /^30 causes of leaks by package and week, 2025-W49 to 2026-W04\n/,
  );
  expect(await printed('trend', '--file', file)).toMatch(/^30 open causes of leaks at the end of 2026-W04, /);
  expect(await printed('priorities', '--top', '3', '--file', file)).toMatch(
    /^What to fix first: 3 of 30 open causes\n/,
  );
});

test('JSON has every cause, with its counts, its terms or its impact', async () => {
  const heat = JSON.parse(await printed('heat', '--json', '--by', 'kind', '--file', file)) as {
    view: string;
    groups: { name: string; causes: { cause: string; kind: string; counts: number[] }[] }[];
  };
  const causes = heat.groups.flatMap((group) => group.causes);
  expect(causes).toHaveLength(30);
  expect(causes.every(({ counts }) => counts.length === 8 && counts.every((count) => count > 0))).toBe(true);
  expect(heat.groups.every(({ name, causes: own }) => own.every(({ kind }) => kind === name))).toBe(true);
  const ranked = JSON.parse(await printed('priorities', '--json', '--file', file)) as {
    weights: object;
    causes: { rank: number; terms: { frequency: number } }[];
    moves: object[];
  };
  expect(ranked.weights).toEqual({ frequency: 30, blocking: 40, complexity: 30 });
  expect(ranked.causes.map(({ rank }) => rank)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  expect(ranked.causes.every(({ terms }) => terms.frequency === 1)).toBe(true);
  expect(ranked.moves).toHaveLength(6);
});

test('the page is written to a file', async () => {
  const output = join(folder, 'leaks.html');
  expect(await printed('page', '--output', output, '--file', file)).toBe(
    `${output}: 30 causes of 8 runs\nnext: open it in a browser\n`,
  );
  expect(readFileSync(output, 'utf8')).toContain('30 of 30 known causes of leaks are open, after 8 runs');
});

test('a wrong option, and a history without runs, say what to do next', async () => {
  await expect(verb.run(['heat', '--by', 'ownr', '--file', file])).rejects.toMatchObject({
    message: '--by "ownr" is unknown',
    next: 'did you mean `owner`?',
  });
  await expect(verb.run(['priorities', '--top', '0', '--file', file])).rejects.toMatchObject({
    message: '--top "0" is no whole number from 1 to 999999',
    next: '--top 10',
  });
  await expect(verb.run(['trend', '--file', join(folder, 'none.jsonl')])).rejects.toMatchObject({
    next: 'leaklab history add reports/',
  });
});
