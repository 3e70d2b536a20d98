import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { leaklab, type Told } from '../fixtures/cli.ts';
import { catalogue, fix, pattern, ticking } from '../fixtures/mini-catalogue.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { wrongCatalogue } from './fixtures/wrong-catalogue.ts';

const folder = tempFolders();
const version = process.version;

/** The times in a text, which differ from run to run, and the padding in front of them. */
function withoutTimes(text: string): string {
  return text.replaceAll(/ +\d+\.\d s/g, ' N s');
}

/** What `--json` prints. */
interface Result {
  readonly programs: readonly { readonly id: string; readonly role: string; readonly verdict: string }[];
}

test.concurrent(
  'a sound catalogue holds: a line for each program, a table, one line that says so',
  async () => {
    const root = folder(catalogue());
    const { code, stdout, stderr } = await leaklab(['run', '--catalogue', '.'], root);
    const [first = '', second = '', ...rest] = withoutTimes(stdout).split('\n');
    expect({ code, stderr, programs: [first, second].toSorted(), rest: rest.join('\n') }).toEqual({
      code: 0,
      stderr: '',
      programs: ['✓ timer/clock fix: clean', '✓ timer/clock pattern: timer at line 6'],
      rest: `
family  caught  right kind  right line  fix clean  decoys clean        time
timer      1/1         1/1         1/1        1/1           0/0 N s each
all        1/1         1/1         1/1        1/1           0/0 N s

all 2 programs as marked on Node ${version}
`,
    });
  },
);

test.concurrent('a catalogue holds as well behind a link and in a folder with a strange name', async () => {
  const root = join(folder(), 'my clocks #1 100%');
  const { writeFiles } = await import('../fixtures/temp-folders.ts');
  writeFiles(root, catalogue());
  const { code, stdout } = await leaklab(['run', 'timer/clock', '--catalogue', root, '--json'], '/');
  expect({ code, verdicts: (JSON.parse(stdout) as Result).programs.map(({ verdict }) => verdict) }).toEqual({
    code: 0,
    verdicts: ['ok', 'ok'],
  });
});

test.concurrent('a program whose marker is a line off is shown with its source', async () => {
  const root = folder(wrongCatalogue);
  const { code, stdout, stderr } = await leaklab(['run', 'timer/marked-below', '--catalogue', '.'], root);
  const [first = '', second = '', ...rest] = withoutTimes(stdout).split('\n');
  expect({ code, stderr, programs: [first, second].toSorted(), rest: rest.join('\n') }).toEqual({
    code: 1,
    stderr: '',
    programs: ['✓ timer/marked-below fix: clean', '✗ timer/marked-below pattern: wrong line'],
    rest: `
✗ patterns/timer/marked-below.ts: wrong line
  expected  timer at line 7
  reported  timer at line 6

        4 │ } satisfies Pattern;
        5 │ export async function run(lab) {
   R    6 │   const clock = setInterval(() => {}, 1000);
  E     7 │   // LEAK: timer
        8 │   return { started: true };
        9 │ }

  1 leak from 1 line

  timer (Timeout)
    at patterns/timer/marked-below.ts:6:17 in run
    > const clock = setInterval(() => {}, 1000);
    still open after the budget
    owner: program

family  caught  right kind  right line  fix clean  decoys clean        time
timer      1/1         1/1         0/1        1/1           0/0 N s each
all        1/1         1/1         0/1        1/1           0/0 N s

1 of 2 programs not as marked on Node ${version}
`,
  });
});

test.concurrent(
  'a pattern that does not hold on this Node is not run, and a decoy of its own is',
  async () => {
    const root = folder(
      catalogue({
        'patterns/timer/clock.ts': pattern(ticking, { node: '<22' }),
        'fixes/timer/quiet.decoy.ts': fix('  return {};'),
      }),
    );
    const [all, one] = await Promise.all([
      leaklab(['run', '--catalogue', root], root),
      leaklab(['run', 'timer/clock', '--catalogue', root], root),
    ]);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/^✓ timer\/quiet decoy: clean\n\nfamily /);
    expect(one).toEqual({
      code: 2,
      stdout: '',
      stderr: `leaklab: none of them holds on Node ${version}\nnext: leaklab corpus says which versions they hold on\n`,
    });
  },
);

describe('a catalogue in which much is wrong', () => {
  const root = folder(wrongCatalogue);
  const junit = join(root, 'out', 'junit.xml');
  const left = (): string[] => readdirSync(tmpdir()).filter((name) => /^leaklab-(?!test-)/.test(name));
  let told: Told;

  beforeAll(async () => {
    told = await leaklab(['run', '--catalogue', '.', '--json', '--junit', junit], root);
  });

  const place = (line: number, kind = 'timer', count = 1): object => ({ kind, line, count });
  const silent = { expected: [], found: [], verdict: 'ok' };

  test('is printed as one object', () => {
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
      node: version,
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

  test('is told line by line on standard error, as each program ends', () => {
    const { programs } = JSON.parse(told.stdout) as Result;
    const lines = told.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(programs.length);
    expect(lines.toSorted().slice(0, 3)).toEqual([]);
  });

  test('is written as JUnit XML, with the same programs and failures', () => {
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

  test('leaves no folder behind', () => {
    expect(left()).toEqual([]);
    expect(existsSync(junit)).toBe(true);
  });
});
