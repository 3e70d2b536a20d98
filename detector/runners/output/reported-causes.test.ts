import { array, assert as holds, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding, Report } from '../../finding.ts';
import { ReportedCauses } from './reported-causes.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_130);

function leakAt(line: number, count = 1): Finding {
  return {
    kind: 'timer',
    type: 'Timeout',
    count,
    site: { file: `${process.cwd()}/none/poll.js`, line, column: 3, function: 'poll' },
    related: [],
    stack: [],
    owner: 'a test',
    evidence: 'alive',
  };
}

function reportOf(...leaks: readonly Finding[]): Report {
  return {
    version: 1,
    leaks,
    ignored: [],
    notJudged: [],
    unusedRules: [],
    expiredRules: [],
    failedProbes: [],
  };
}

test('a line is reported in full once, then on one line that names the first report', () => {
  const causes = new ReportedCauses();
  expect(causes.format(reportOf(leakAt(4)))).toMatch(
    /^1 leak from 1 line\n\n1 timer \(Timeout\)\n {2}at none/,
  );
  causes.add(reportOf(leakAt(4)), 'polls (a.test.js)');
  expect(causes.format(reportOf(leakAt(4, 2)))).toBe(
    '2 leaks from 1 line; again: 2 timers (Timeout) at none/poll.js:4:3 in poll; see the report on polls (a.test.js)',
  );
});

test('a new line beside known ones is reported in full', () => {
  const causes = new ReportedCauses();
  causes.add(reportOf(leakAt(4)), 'polls');
  const text = causes.format(reportOf(leakAt(4), leakAt(9)));
  expect(text).toMatch(/^2 leaks from 2 lines\n\n1 timer \(Timeout\)\n {2}at none\/poll\.js:9:3 in poll\n/);
  expect(text).toMatch(
    /\n\nagain: 1 timer \(Timeout\) at none\/poll\.js:4:3 in poll; see the report on polls$/,
  );
});

test('leaks without a line are reported in full each time', () => {
  const causes = new ReportedCauses();
  const { site: _, ...unknown } = leakAt(1);
  causes.add(reportOf(unknown), 'polls');
  expect(causes.format(reportOf(unknown))).toMatch(/^1 leak from 1 line\n\n1 timer \(Timeout\)\n/);
});

test(`over any run, each line is shown in full exactly once (seed ${seed})`, () => {
  const leaks = array(record({ line: integer({ min: 1, max: 40 }), count: integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 30,
  });
  holds(
    property(array(leaks, { maxLength: 12 }), (run) => {
      const causes = new ReportedCauses();
      const shown: string[] = [];
      const isNamed = new Set<string>();
      for (const [index, test] of run.entries()) {
        const report = reportOf(...test.map(({ line, count }) => leakAt(line, count)));
        const text = causes.format(report);
        const total = test.reduce((sum, { count }) => sum + count, 0);
        expect(text.split(' ', 1)).toEqual([String(total)]);
        shown.push(...[...text.matchAll(/^ {2}at none\/poll\.js:(\d+):/gm)].map(([, line = '']) => line));
        for (const [, line = ''] of text.matchAll(
          /again: \d+ timers? \(Timeout\) at none\/poll\.js:(\d+):/g,
        )) {
          isNamed.add(line);
        }
        causes.add(report, `test ${index}`);
      }
      expect(shown).toEqual([...new Set(shown)]);
      // no line is referred to that no report shows
      expect([...isNamed].filter((line) => !shown.includes(line))).toEqual([]);
    }),
    { seed, numRuns: 100 },
  );
});
