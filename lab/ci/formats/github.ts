import { plain } from '../../../detector/internal.ts';
import type { Cause, Results } from './results.ts';
import { explanation, fixedLine, headline, nameOf, summaryLine, testLines } from './tell.ts';

/** Annotations of one level that GitHub shows for a step; it drops more without a word. */
const shownPerLevel = 10;
/** Bytes that GitHub allows for the summary of a step. */
const summaryLimit = 1024 * 1024;

/**
 * Formats annotations, as commands that GitHub reads from the standard output of a step: the ten worst leaks and
 * problems as errors, ten entries of the baseline that are gone as warnings. {@link toGithubSummary} has all of them.
 */
export function toGithub(results: Results): string {
  const { causes, problems, fixed } = results;
  const errors = [
    ...problems.map(({ message, path }) => command('error', { file: path, title: 'leaklab' }, message)),
    ...causes.map((cause) => annotation(cause, results)),
  ];
  const warnings = fixed.map((leak) =>
    command('warning', { file: leak.file, title: 'no longer a leak' }, fixedLine(leak)),
  );
  return [...errors.slice(0, shownPerLevel), ...warnings.slice(0, shownPerLevel)]
    .map((line) => `${line}\n`)
    .join('');
}

function annotation(cause: Cause, results: Results): string {
  const { place } = cause;
  return command(
    'error',
    { file: place?.path, line: place?.line, col: place?.column, title: headline(cause) },
    explanation(cause, results).join('\n'),
  );
}

function command(
  level: 'error' | 'warning',
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const shown = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  return `::${level} ${shown.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.toWellFormed().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Formats the summary of a step in Markdown: every leak in a table, cut where GitHub would refuse it. */
export function toGithubSummary(results: Results): string {
  const { causes, problems, fixed, tolerated } = results;
  const head = [
    `### ${causes.length === 0 ? 'leaklab' : 'leaklab: leaks'}`,
    '',
    cell(summaryLine(results)),
    '',
  ];
  const table =
    causes.length > 0 ? ['| leak | line | leaked by | last changed by |', '| --- | --- | --- | --- |'] : [];
  const rows = [
    ...causes.map((cause) => row(cause, results)),
    ...[...problems.map(({ message }) => message), ...fixed.map((leak) => fixedLine(leak))].flatMap(
      (line) => ['', `- ${cell(line)}`],
    ),
    ...(tolerated.length > 0
      ? ['', '<details><summary>tolerated</summary>', '', ...toleratedLines(results), '', '</details>']
      : []),
  ];
  return cutAt([...head, ...table], rows);
}

function row(cause: Cause, results: Results): string {
  const { place, author, seen } = cause;
  const columns = [
    cell(headline(cause)),
    place ? cell(`${place.path}:${place.line}`) : '',
    testLines(seen, results).map(cell).join('<br>'),
    author ? cell(nameOf(author)) : '',
  ];
  return `| ${columns.join(' | ')} |`;
}

function toleratedLines({ tolerated }: Results): string[] {
  return [...Map.groupBy(tolerated, ({ reason }) => reason)].map(([reason, group]) => {
    const total = group.reduce((sum, { finding }) => sum + finding.count, 0);
    return `- ${total}: ${cell(reason)}`;
  });
}

/** Escapes a text, so that neither Markdown nor HTML obeys it. */
function cell(text: string): string {
  return plain(text.toWellFormed())
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|~#@!]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

function cutAt(head: readonly string[], rows: readonly string[]): string {
  const note = '\nThere are more; the log of the step has them.\n';
  let text = `${head.join('\n')}\n`;
  let size = Buffer.byteLength(text) + Buffer.byteLength(note);
  for (const each of rows) {
    const bytes = Buffer.byteLength(each) + 1;
    if (size + bytes > summaryLimit) return text + note;
    size += bytes;
    text += `${each}\n`;
  }
  return text;
}
