import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { beforeAll, expect, test } from 'vitest';
import { leaklab, type Told } from '../fixtures/cli.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { wrongCatalogue } from './fixtures/wrong-catalogue.ts';

/** The output of `--json`. */
interface Result {
  readonly programs: readonly { readonly id: string; readonly role: string; readonly verdict: string }[];
}

const folder = tempFolders();
const root = folder(wrongCatalogue);
const junit = join(root, 'out', 'junit.xml');
const temporary = folder();
let told: Told;

beforeAll(async () => {
  told = await leaklab(['run', '--catalogue', '.', '--json', '--junit', junit], root, {
    TMPDIR: temporary,
  });
});

const place = (line: number, kind = 'timer', count = 1): object => ({ kind, line, count });
const silent = { expected: [], found: [], verdict: 'ok' };

test('a wrong run is printed as one object', () => {
  const asMarked = { expected: [place(6)], found: [place(6)], verdict: 'ok' };
  const problems = {
    exits: 'it called process.exit(3)',
    hangs: '`run` never returned',
    outcome: 'its outcome is {}, the pattern\'s {"started":true}',
    throws: 'it threw no clock',
  };
  const one = (name: string, role: string, rest: object): object => ({
    id: `timer/${name}`,
    role,
    ...rest,
  });
  expect(JSON.parse(told.stdout)).toEqual({
    version: 1,
    node: process.version,
    summary: {
      pairs: 11,
      caught: 7,
      kindRight: 6,
      lineRight: 5,
      fixesClean: 9,
      decoys: 2,
      decoysClean: 1,
      wrongFixes: 2,
      wrongFixesCaught: 1,
      unexpected: 5,
      ms: expect.any(Number) as number,
    },
    programs: [
      one('clock', 'pattern', asMarked),
      one('counted-wrong', 'pattern', {
        expected: [place(6, 'timer', 3)],
        found: [place(6)],
        verdict: 'wrong count',
      }),
      one('exits', 'pattern', {
        expected: [place(6)],
        found: [],
        verdict: 'failed',
        problem: problems.exits,
      }),
      one('fix-leaks', 'pattern', asMarked),
      one('hangs', 'pattern', {
        expected: [place(6, 'await')],
        found: [place(6, 'await')],
        verdict: 'failed',
        problem: problems.hangs,
      }),
      one('marked-below', 'pattern', { expected: [place(7)], found: [place(6)], verdict: 'wrong line' }),
      one('named-wrong', 'pattern', {
        expected: [place(6, 'server')],
        found: [place(6)],
        verdict: 'wrong kind',
      }),
      one('nothing-left', 'pattern', { expected: [place(6)], found: [], verdict: 'missed' }),
      one('outcome-lost', 'pattern', asMarked),
      one('throws', 'pattern', {
        expected: [place(6)],
        found: [],
        verdict: 'failed',
        problem: problems.throws,
      }),
      one('two-left', 'pattern', {
        expected: [place(6)],
        found: [place(6), place(7)],
        verdict: 'unexpected',
      }),
      one('clock', 'decoy', silent),
      one('clock', 'fix', silent),
      one('clock', 'wrong-fix', { expected: [place(2)], found: [], verdict: 'missed' }),
      one('clock', 'wrong-fix', { expected: [place(2)], found: [place(2)], verdict: 'ok' }),
      one('counted-wrong', 'fix', silent),
      one('exits', 'fix', silent),
      one('fix-leaks', 'fix', { expected: [], found: [place(2)], verdict: 'false alarm' }),
      one('hangs', 'fix', silent),
      one('marked-below', 'fix', silent),
      one('named-wrong', 'fix', silent),
      one('nothing-left', 'fix', silent),
      one('outcome-lost', 'fix', { ...silent, verdict: 'failed', problem: problems.outcome }),
      one('ringing', 'decoy', { expected: [], found: [place(2)], verdict: 'false alarm' }),
      one('throws', 'fix', silent),
      one('two-left', 'fix', silent),
    ],
  });
  expect(told.code).toBe(1);
});

test('a wrong run is told line by line on standard error, before outcomes are compared', () => {
  expect(told.stderr.split('\n').toSorted()).toEqual([
    '',
    '✓ timer/clock decoy: clean',
    '✓ timer/clock fix: clean',
    '✓ timer/clock pattern: timer at line 6',
    '✓ timer/clock wrong-fix: timer at line 2',
    '✓ timer/counted-wrong fix: clean',
    '✓ timer/exits fix: clean',
    '✓ timer/fix-leaks pattern: timer at line 6',
    '✓ timer/hangs fix: clean',
    '✓ timer/marked-below fix: clean',
    '✓ timer/named-wrong fix: clean',
    '✓ timer/nothing-left fix: clean',
    '✓ timer/outcome-lost fix: clean',
    '✓ timer/outcome-lost pattern: timer at line 6',
    '✓ timer/throws fix: clean',
    '✓ timer/two-left fix: clean',
    '✗ timer/clock wrong-fix: missed',
    '✗ timer/counted-wrong pattern: wrong count',
    '✗ timer/exits pattern: failed',
    '✗ timer/fix-leaks fix: false alarm',
    '✗ timer/hangs pattern: failed',
    '✗ timer/marked-below pattern: wrong line',
    '✗ timer/named-wrong pattern: wrong kind',
    '✗ timer/nothing-left pattern: missed',
    '✗ timer/ringing decoy: false alarm',
    '✗ timer/throws pattern: failed',
    '✗ timer/two-left pattern: unexpected',
  ]);
});

test('a wrong run is written as JUnit XML, with the same programs and failures', () => {
  const { programs } = JSON.parse(told.stdout) as Result;
  const xml = readFileSync(junit, 'utf8');
  expect(XMLValidator.validate(xml)).toBe(true);
  const options = { ignoreAttributes: false, attributeNamePrefix: '' };
  const { testsuites } = new XMLParser(options).parse(xml) as {
    testsuites: {
      tests: string;
      failures: string;
      testsuite: { name: string; testcase: { name: string; failure?: { message: string } }[] };
    };
  };
  const { tests, failures, testsuite } = testsuites;
  const failed = programs.filter(({ verdict }) => verdict !== 'ok');
  expect({ tests, failures, name: testsuite.name }).toEqual({
    tests: String(programs.length),
    failures: String(failed.length),
    name: 'timer',
  });
  expect(testsuite.testcase.map(({ name, failure }) => [name, failure !== undefined])).toEqual(
    programs.map(({ id, role, verdict }) => [`${id} ${role}`, verdict !== 'ok']),
  );
});

test('a wrong run leaves no folder behind', () => {
  expect(readdirSync(temporary)).toEqual([]);
});
