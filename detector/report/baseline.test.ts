import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert as holds, constantFrom, oneof, property, string } from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import {
  accept,
  BaselineError,
  fingerprintOf,
  formatBaseline,
  loadBaseline,
  withBaseline,
} from './baseline.ts';
import { find, type Finding, type Report } from '../index.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_125);
const root = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-baseline-')));
afterAll(() => rmSync(root, { recursive: true }));
const file = join(root, 'src', 'poll.cjs');
mkdirSync(join(root, 'src'));

const poll = `function startPolling() {
  return setInterval(() => {}, 60_000);
}
module.exports = { startPolling };
`;

function finding(text: string, own: Partial<Finding> = {}): Finding {
  writeFileSync(file, text);
  const line = text.split('\n').findIndex((each) => each.includes('setInterval')) + 1;
  return {
    kind: 'timer',
    type: 'Timeout',
    count: 1,
    site: { file, line, column: 10, function: 'startPolling' },
    related: [],
    stack: [],
    owner: 'polls',
    evidence: 'alive',
    ...own,
  };
}

const load = createRequire(import.meta.url);

/** Returns the report of a real run of the module. */
async function reportOf(text: string): Promise<Report> {
  writeFileSync(file, text);
  Reflect.deleteProperty(load.cache, file);
  const module = load(file) as { startPolling(): NodeJS.Timeout };
  let timer: NodeJS.Timeout | undefined;
  const report = await find(() => void (timer = module.startPolling()), { budget: 0 });
  clearInterval(timer);
  return report;
}

test('a leak that is accepted is tolerated, with the date; a new one is not', async () => {
  const before = await reportOf(poll);
  const [leak] = before.leaks;
  if (!leak) throw new Error('nothing was found');
  const baseline = { file: join(root, 'leaks.json'), leaks: [accept(leak, root, [], '2026-11-25')] };
  const moved = await reportOf(`// a line more\n\n${poll}`);
  expect(moved.leaks[0]?.site?.line).toBe(4);
  expect(withBaseline(moved, baseline)).toEqual({
    ...moved,
    leaks: [],
    ignored: [{ ...moved.leaks[0], reason: 'in the baseline since 2026-11-25' }],
  });
  const changed = await reportOf(poll.replace('60_000', '1000'));
  expect(withBaseline(changed, baseline)).toEqual(changed);
});

test('what is accepted is told in words, with paths relative to the baseline', () => {
  const leak = finding(poll, { package: 'poller' });
  const seenIn = [
    join(root, 'test', 'b.test.js'),
    join(root, 'test', 'a.test.js'),
    join(root, 'test', 'b.test.js'),
  ];
  expect(accept(leak, root, seenIn, '2026-11-25')).toEqual({
    fingerprint: fingerprintOf(leak, root),
    since: '2026-11-25',
    kind: 'timer',
    type: 'Timeout',
    file: 'src/poll.cjs',
    function: 'startPolling',
    source: 'return setInterval(() => {}, 60_000);',
    package: 'poller',
    in: ['test/a.test.js', 'test/b.test.js'],
  });
  expect(accept(leak, root, []).since).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  const { site: _, ...unknown } = finding(poll);
  expect(accept(unknown, root, [], '2026-11-25')).toEqual({
    fingerprint: fingerprintOf(unknown, root),
    since: '2026-11-25',
    kind: 'timer',
    type: 'Timeout',
    in: [],
  });
});

test(`a fingerprint stays when lines around it come and go (seed ${seed})`, () => {
  const other = oneof(constantFrom('', '// a note', '}', 'start();'), string({ maxLength: 9 })).filter(
    (line) => !/setInterval|[\r\n\0]/.test(line),
  );
  const first = fingerprintOf(finding(poll), root);
  const stays = property(array(other), array(other), constantFrom('\n', '\r\n'), (above, below, end) => {
    const text = [...above, `\t${poll.split('\n')[1]?.trim()}  `, ...below].join(end);
    expect(fingerprintOf(finding(text), root)).toBe(first);
  });
  holds(stays, { seed, numRuns: 100 });
});

test('a fingerprint is another one for another cause, and the same for another count, owner and certainty', () => {
  const leak = finding(poll);
  const site = leak.site ?? { file, line: 2, column: 10, function: '' };
  const others: Finding[] = [
    { ...leak, kind: 'watcher' },
    { ...leak, type: 'StatWatcher' },
    { ...leak, package: 'poller' },
    { ...leak, site: { ...site, function: 'poll' } },
    { ...leak, site: { ...site, file: join(root, 'poll.cjs') } },
    { ...leak, site: { ...site, line: 1 } },
  ];
  const all = [leak, ...others].map((each) => fingerprintOf(each, root));
  expect(new Set(all).size).toBe(all.length);
  const same: Finding[] = [
    { ...leak, count: 7, owner: 'other', evidence: 'unreachable', stack: ['at x'] },
    { ...leak, site: { ...site, column: 1, function: 'Object.startPolling [as go]' } },
  ];
  expect(same.map((each) => fingerprintOf(each, root))).toEqual([all[0], all[0]]);
  expect(fingerprintOf(leak, join(root, 'src'))).not.toBe(all[0]);
});

test('a file that was written is read back, sorted; one that is not there accepts nothing', () => {
  const path = join(root, 'leaks.baseline.json');
  expect(loadBaseline(path)).toEqual({ file: path, leaks: [] });
  const leaks = [
    accept(finding(poll), root, [file], '2026-01-31'),
    accept(finding(poll, { kind: 'server' }), root, [], '2026-02-01'),
  ];
  const text = formatBaseline(leaks);
  expect(formatBaseline(leaks.toReversed())).toBe(text);
  writeFileSync(path, text);
  expect(loadBaseline(path)).toEqual({ file: path, leaks: leaks.toReversed() });
});

const entry = accept(finding(poll), root, [], '2026-11-25');

test.each<{ text: string; problem: string }>([
  { text: '{', problem: "Expected property name or '}' in JSON at position 1 (line 1 column 2)" },
  { text: '[]', problem: 'expected an object, got []' },
  { text: 'null', problem: 'expected an object, got null' },
  { text: '{"version":2}', problem: 'expected "version" to be 1, got 2' },
  { text: '{"version":1}', problem: 'expected "leaks" to be a list, got undefined' },
  { text: '{"version":1,"leaks":[1]}', problem: 'leaks[0]: expected an object, got 1' },
  {
    text: JSON.stringify({ version: 1, leaks: [entry, { ...entry, fingerprint: 'A1' }] }),
    problem: 'leaks[1]: expected "fingerprint" to be 32 hexadecimal digits, got "A1"',
  },
  {
    text: JSON.stringify({ version: 1, leaks: [{ ...entry, since: 'today' }] }),
    problem: 'leaks[0]: expected "since" to be a date as YYYY-MM-DD, got "today"',
  },
  {
    text: JSON.stringify({ version: 1, leaks: [{ ...entry, source: 1 }] }),
    problem: 'leaks[0]: expected "source" to be some text, got 1',
  },
  {
    text: JSON.stringify({ version: 1, leaks: [{ ...entry, in: [1] }] }),
    problem: 'leaks[0]: expected "in" to be a list of paths, got [1]',
  },
])('$text is no baseline', ({ text, problem }) => {
  const path = join(root, 'wrong.json');
  writeFileSync(path, text);
  let told: unknown;
  try {
    loadBaseline(path);
  } catch (error) {
    told = error;
  }
  expect(told).toBeInstanceOf(BaselineError);
  expect((told as BaselineError).message).toBe(`${path}: ${problem}`);
});
