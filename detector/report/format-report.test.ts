import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { Finding, Report } from '../finding.ts';
import { formatReport, wantsColour } from './format-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'sweeper.ts');
writeFileSync(
  file,
  'import { sweep } from "./store.ts";\n\nexport function start() {\n  setInterval(sweep, 1000);\n}\n',
);

/** A timer that no function of Node made. */
const bare: Finding = {
  kind: 'timer',
  type: 'Timeout',
  count: 1,
  site: { file, line: 4, column: 3, function: 'start' },
  related: [],
  stack: ['Timeout (node:internal/timers:259:5)', 'setInterval (node:timers:169:19)', `start (${file}:4:3)`],
  owner: 'scope',
  evidence: 'alive',
};
const timer: Finding = { ...bare, api: { module: 'node:timers', function: 'setInterval' } };
const wait: Finding = {
  kind: 'await',
  type: 'async function',
  count: 1,
  site: { file: join(process.cwd(), 'shop/missing.ts'), line: 7, column: 1, function: '<anonymous>' },
  related: [],
  stack: [],
  owner: 'scope',
  evidence: 'unreachable',
};

function reportOf(parts: Partial<Report>): Report {
  return {
    version: 1,
    leaks: [],
    ignored: [],
    notJudged: [],
    unusedRules: [],
    expiredRules: [],
    failedProbes: [],
    ...parts,
  };
}

const timerText = `timers (Timeout, setInterval)
  at ${file}:4:3 in start

    2 │
    3 │ export function start() {
  > 4 │   setInterval(sweep, 1000);
      │   ^
    5 │ }

  why    an interval runs, and keeps its callback in memory, until clearInterval() is called
  known  seen: still open after the wait`;
const timerFix =
  '\n  fix    keep what setInterval() returns, and pass it to clearInterval() when the work ends';
const waitText = `1 suspended async function (await)
  at shop/missing.ts:7:1 in <anonymous>

  why    the awaited promise can never settle, so the code after this await will never run, not even
         a finally block
  known  proof: the promise was garbage-collected while pending, so nothing can ever settle it`;
const waitFix = `
  fix    settle the promise on every path, also when the work fails, is cancelled or has ended
         already`;

test('nothing', () => {
  expect(formatReport(reportOf({}))).toBe('no leaks');
});

test('one leak', () => {
  expect(formatReport(reportOf({ leaks: [timer] }))).toBe(
    `1 leak from 1 line\n\n1 ${timerText.replace('timers', 'timer')}${timerFix}`,
  );
});

test('several of several lines, with all there is to say; what is proven comes first', () => {
  const leaks: Finding[] = [
    {
      ...timer,
      count: 3,
      owner: 'checkout test',
      lesson: 'timer/interval-never-cleared',
      advice: 'Clear the interval when what it works for ends',
      path: ['global', 'sessions (Map)', 'Timeout'],
    },
    {
      ...wait,
      also: [{ type: 'Timeout', count: 2 }],
      related: [
        { file, line: 1, column: 8, function: 'start' },
        { file: join(process.cwd(), 'shop/cart.ts'), line: 3, column: 2, function: 'load' },
        { file: join(process.cwd(), 'shop/missing.ts'), line: 7, column: 30, function: 'load' },
      ],
      chain: [
        { file: join(process.cwd(), 'shop/main.ts'), line: 1, column: 1, function: 'main' },
        { file: join(process.cwd(), 'shop/cart.ts'), line: 3, column: 2, function: 'load' },
        { file: join(process.cwd(), 'shop/missing.ts'), line: 7, column: 1, function: '<anonymous>' },
      ],
    },
  ];
  expect(formatReport(reportOf({ leaks }))).toBe(`4 leaks from 2 lines

${waitText.replace('  why', '  fact   with 2 Timeout\n  why')}
  waits  shop/main.ts:1:1 in main
         └ shop/cart.ts:3:2 in load
           └ shop/missing.ts:7:1 in <anonymous>${waitFix}
  see    ${file}:1:8 in start
  owner  scope

3 ${timerText}
  held   global → sessions (Map) → Timeout
  fix    keep what setInterval() returns, and pass it to clearInterval() when the work ends
  lesson Clear the interval when what it works for ends (timer/interval-never-cleared)
  owner  checkout test`);
});

test('one cause with several owners is told once', () => {
  const leaks = [
    { ...timer, owner: 'first test', also: [{ type: 'A', count: 1 }] },
    { ...timer, count: 4, owner: 'second test', also: [{ type: 'A', count: 1 }] },
    { ...timer, count: 1, owner: 'second test', also: [{ type: 'B', count: 2 }] },
  ];
  expect(formatReport(reportOf({ leaks }))).toBe(`6 leaks from 1 line

6 ${timerText.replace('  why', '  fact   with 1 A\n  fact   with 2 B\n  why')}${timerFix}
  owner  first test, second test`);
});

test('a leak without a line, and one of a line that the file has no more', () => {
  const { site: _, ...nowhere } = bare;
  const gone = { ...bare, count: 2, site: { file, line: 99, column: 1, function: 'start' } };
  expect(formatReport(reportOf({ leaks: [{ ...nowhere, kind: 'memory', type: 'Map' }, gone] })))
    .toBe(`3 leaks from 2 lines

2 timers (Timeout)
  at ${file}:99:1 in start

  why    a timer keeps its callback's variables in memory until it is cleared
  known  seen: still open after the wait

1 piece of retained memory (Map)
  at an unknown line

  why    an object that outlives the work holds it, and holds more after each run
  known  seen: still open after the wait
  fix    remove it from its holder when the work ends, or give the holder a limit`);
});

test('beyond the limit it is said how many there are', () => {
  const leaks = [5, 1, 2].map((count, index) => ({
    ...wait,
    count,
    site: { file: '/gone.ts', line: index + 1, column: 1, function: 'f' },
  }));
  const text = (limit: number): string[] => formatReport(reportOf({ leaks }), { limit }).split('\n');
  const places = (limit: number): string[] =>
    text(limit).filter((line) => line.startsWith('  at ') || line.startsWith('and '));
  expect([3, 2, 1, 0].map(places)).toEqual([
    ['  at /gone.ts:1:1 in f', '  at /gone.ts:3:1 in f', '  at /gone.ts:2:1 in f'],
    ['  at /gone.ts:1:1 in f', '  at /gone.ts:3:1 in f', 'and 1 more cause (1 leak)'],
    ['  at /gone.ts:1:1 in f', 'and 2 more causes (3 leaks)'],
    ['and 3 more causes (8 leaks)'],
  ]);
});

test('what is tolerated, by its reason, and what failed', () => {
  const reason = 'the clock of the queue';
  expect(
    formatReport(
      reportOf({
        ignored: [
          { ...timer, reason },
          { ...timer, count: 2, reason: 'closed by the next release' },
          { ...timer, count: 2, reason },
          { ...wait, reason },
        ],
        failedProbes: [
          { probe: 'awaits', error: 'no hooks' },
          { probe: 'descriptors', error: 'no /proc' },
        ],
      }),
    ),
  ).toBe(`no leaks

tolerated: 3 timers, 1 suspended async function: the clock of the queue
tolerated: 2 timers: closed by the next release

the probe for awaits failed and saw nothing: no hooks
the probe for descriptors failed and saw nothing: no /proc`);
});

test('in colour, for a terminal of 60 columns', () => {
  const [bold, red, notBold, notRed] = ['\u001B[1m', '\u001B[31m', '\u001B[22m', '\u001B[39m'];
  const [dim, cyan] = ['\u001B[2m', '\u001B[36m'];
  const label = (text: string): string => `  ${bold}${text}${notBold}${' '.repeat(7 - text.length)}`;
  expect(formatReport(reportOf({ leaks: [timer] }), { colour: true, width: 60 }))
    .toBe(`${bold}1 leak from 1 line${notBold}

${bold}${red}1 timer (Timeout, setInterval)${notRed}${notBold}
  at ${cyan}${file}:4:3 in start${notRed}

  ${dim}  2 │${notBold}
  ${dim}  3 │ export function start() {${notBold}
  > 4 │   setInterval(sweep, 1000);
  ${bold}${red}    │   ^${notRed}${notBold}
  ${dim}  5 │ }${notBold}

${label('why')}an interval runs, and keeps its callback in memory,
         until clearInterval() is called
${label('known')}seen: still open after the wait
${label('fix')}keep what setInterval() returns, and pass it to
         clearInterval() when the work ends`);
});

test('a stream has colours if it is a terminal and NO_COLOR is not set', () => {
  const told = (value: string | undefined): boolean[] => {
    vi.stubEnv('NO_COLOR', value);
    return [{ isTTY: true }, { isTTY: false }, {}].map(wantsColour);
  };
  expect([undefined, '', '1'].map(told)).toEqual([
    [true, false, false],
    [true, false, false],
    [false, false, false],
  ]);
  vi.unstubAllEnvs();
});

test.each([
  [{ width: 39 }, 'expected `width` to be a number from 40 up, got 39'],
  [{ width: NaN }, 'expected `width` to be a number from 40 up, got NaN'],
  [{ limit: -1 }, 'expected `limit` to be a number from 0 up, got -1'],
])('%j is refused', (options, message) => {
  expect(() => formatReport(reportOf({}), options)).toThrow(new TypeError(message));
});
