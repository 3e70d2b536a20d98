import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { wantsColour, type FormatOptions } from '../../../detector/index.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { toGithub, toGithubSummary } from './github.ts';
import { toGitlab } from './gitlab.ts';
import { toJson } from './json.ts';
import { toJunit } from './junit.ts';
import type { Results } from './results.ts';
import { toSarif } from './sarif.ts';
import { toTap } from './tap.ts';
import { toText } from './text.ts';

const formats: Readonly<Record<string, (results: Results, layout: FormatOptions) => string>> = {
  text: toText,
  json: toJson,
  junit: toJunit,
  sarif: toSarif,
  tap: toTap,
  github: toGithub,
  gitlab: toGitlab,
};

/** Names of the formats for help texts: `text, json, …`. */
export const formatNames = Object.keys(formats).join(', ');

/** A format and its file; without a file, it goes to standard output. */
export interface Output {
  readonly format: string;
  readonly file?: string;
}

/** Options of all verbs that write {@link Results}, for `parseArgs`. */
export const outputOptions = {
  json: { type: 'boolean', default: false },
  format: { type: 'string', multiple: true },
  output: { type: 'string', multiple: true },
} as const;

/** Help text of these options. */
export const outputHelp = `  --json            the same as --format json
  --format F        ${formatNames}; may be given more than once
  --output FILE     file for a format, the first for the first; default standard output`;

/**
 * Returns the outputs that the options name: the first `--output` belongs to the first `--format`, and so on. If no
 * format goes to standard output, text does.
 *
 * @throws UsageError for an unknown format, or an output without a format
 */
export function outputsOf({
  json,
  format = [],
  output = [],
}: {
  readonly json: boolean;
  readonly format?: readonly string[] | undefined;
  readonly output?: readonly string[] | undefined;
}): readonly Output[] {
  for (const name of format) {
    if (!Object.hasOwn(formats, name)) {
      throw new UsageError(`no format ${JSON.stringify(name)}`, `one of ${formatNames}`);
    }
  }
  if (output.length > format.length) {
    throw new UsageError(
      `--output ${JSON.stringify(output[format.length])} has no format`,
      '--format sarif --output leaks.sarif',
    );
  }
  const asked = format.map((name, index): Output => {
    const file = output[index];
    return { format: name, ...(file !== undefined && { file }) };
  });
  const isPrinted = json || asked.some(({ file }) => file === undefined);
  return [...asked, ...(json ? [{ format: 'json' }] : []), ...(isPrinted ? [] : [{ format: 'text' }])];
}

/**
 * Writes each format to its file, and prints those without a file. The summary of `github` is added to the file that
 * GITHUB_STEP_SUMMARY names.
 *
 * @throws UsageError if a file can't be written
 */
export function writeOutputs(results: Results, outputs: readonly Output[]): void {
  for (const { format, file } of outputs) {
    const write = formats[format];
    if (!write) throw new Error(`no format ${format}`);
    if (file === undefined) process.stdout.write(write(results, terminalLayout(process.stdout)));
    else writeWhole(resolve(file), write(results, {}));
    const summary = process.env['GITHUB_STEP_SUMMARY'];
    if (format === 'github' && summary) appendFileSync(summary, toGithubSummary(results));
  }
}

/** Returns the layout for a stream: as wide as the terminal, if a report fits on it. */
export function terminalLayout(stream: NodeJS.WriteStream): FormatOptions {
  // absent if the stream is not a terminal
  const columns = stream.isTTY ? stream.columns : 0;
  return { colour: wantsColour(stream), ...(columns >= 40 && { width: columns }) };
}
