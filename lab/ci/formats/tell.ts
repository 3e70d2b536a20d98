/** Words for leaks and problems that all formats share. */
import {
  certainty,
  factLine,
  meaningOf,
  plain,
  titleOf,
  type AcceptedLeak,
} from '../../../detector/internal.ts';
import { holds, titleOfTest, type Author, type Cause, type Results, type Verified } from './results.ts';

/** Names a leak on one line: `1 timer (Timeout, setInterval) in startPolling`. */
export function headline({ finding }: Pick<Cause, 'finding'>): string {
  const { site } = finding;
  const where = site && site.function !== '<anonymous>' ? ` in ${plain(site.function)}` : '';
  return `${plain(titleOf(finding))}${where}`;
}

/** Explains a leak in lines: the evidence, the advice, the tests, the last author. */
export function explanation(cause: Cause, results: Results): string[] {
  const { finding, author } = cause;
  const { why, fix } = meaningOf(finding);
  const lines = [plain(why), plain(certainty[finding.evidence])];
  if (finding.package !== undefined) lines.push(`by the package ${plain(finding.package)}`);
  const known = factLine(finding);
  if (known !== undefined) lines.push(plain(known));
  const advice = finding.advice ?? fix;
  if (advice !== undefined) lines.push(`to do: ${plain(advice)}`);
  lines.push(...testLines(cause.seen, results).map((test) => `leaked by ${test}`));
  if (author) lines.push(`last changed by ${nameOf(author)}`);
  return lines;
}

const longestList = 5;

/** Returns a line for each of the first tests, with its package and its Nodes. */
export function testLines(seen: readonly Verified[], { root }: Results): string[] {
  const tests = [
    ...Map.groupBy(seen, (test) => {
      const line = test.line === undefined ? '' : `, line ${test.line}`;
      const name = test.package === undefined ? '' : ` of ${test.package}`;
      return plain(`${titleOfTest(test, root)}${line}${name}`);
    }),
  ].map(([title, group]) => `${title} on Node ${nodesOf(group).join(', ')}`);
  const rest = tests.length - longestList;
  return rest > 0 ? [...tests.slice(0, longestList), `${rest} more ${plural(rest, 'test')}`] : tests;
}

/** Returns the Node versions of tests, each once, without `v`. */
export function nodesOf(tests: readonly Verified[]): string[] {
  return [...new Set(tests.map(({ node }) => plain(node.replace(/^v/, ''))))];
}

/** Names an author: `Ada Lovelace <ada@example.org> in 1a2b3c4d on 2026-11-25: poll for orders`. */
export function nameOf({ name, email, commit, date, subject }: Author): string {
  if (commit === undefined) return 'an uncommitted edit';
  const who = plain(`${name} <${email}>`);
  return `${who} in ${commit.slice(0, 8)}${date === undefined ? '' : ` on ${date}`}${subject === undefined ? '' : `: ${plain(subject)}`}`;
}

/** Returns the line for an entry of the baseline that is gone. */
export function fixedLine({ kind, type, file, function: name, source }: AcceptedLeak): string {
  const where = file === undefined ? 'without a line' : `in ${file}${name === undefined ? '' : ` (${name})`}`;
  const what = source === undefined || source === '' ? '' : `: ${source}`;
  return plain(`gone, still in the baseline; take it out with --accept: ${kind} (${type}) ${where}${what}`);
}

/** Returns the summary line: `2 leaks from 1 line in 12 tests on Node 22.23.3, 24.21.0`. */
export function summaryLine(results: Results): string {
  const { tests, causes, fixed, problems } = results;
  const leaks = causes.reduce((sum, { finding }) => sum + finding.count, 0);
  const found =
    leaks === 0
      ? 'no leaks'
      : `${leaks} ${plural(leaks, 'leak')} from ${causes.length} ${plural(causes.length, 'line')}`;
  const units = [...Map.groupBy(tests, ({ unit }) => unit)]
    .map(([unit, { length }]) => `${length} ${plural(length, unit)}`)
    .join(', ');
  const nodes = nodesOf(tests);
  return [
    `${found} in ${units || 'nothing'}${nodes.length > 0 ? ` on Node ${nodes.join(', ')}` : ''}`,
    ...(fixed.length > 0 ? [`${fixed.length} to take out of the baseline`] : []),
    ...(problems.length > 0 ? [`${problems.length} ${plural(problems.length, 'problem')}`] : []),
  ].join('; ');
}

/** Returns the closing line of results that fail, with what to do; undefined where they hold. */
export function failureLine(results: Results): string | undefined {
  if (holds(results)) return undefined;
  const { causes, fixed, problems } = results;
  const reasons = [
    ...(causes.length > 0
      ? [`${causes.length} ${plural(causes.length, 'line')} to fix, or to accept with --accept`]
      : []),
    ...(fixed.length > 0 ? [`${fixed.length} to take out of the baseline with --accept`] : []),
    ...(problems.length > 0 ? [`${problems.length} ${plural(problems.length, 'problem')} to solve`] : []),
  ];
  return `fails: ${reasons.join('; ')}`;
}

export function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}
