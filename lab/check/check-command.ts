import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  formatReport,
  levels,
  loadPolicy,
  PolicyError,
  type FormatOptions,
  type IgnoreRule,
  type Report,
} from '../../detector/index.ts';
import type { TestReport } from '../../detector/internal.ts';
import { rootOf } from '../ci/git.ts';
import { formatNames, outputOptions, outputsOf, terminalLayout } from '../ci/formats/formats.ts';
import { pathFrom, type Problem } from '../ci/formats/results.ts';
import type { Answer, Ending, Job } from '../watched/messages.ts';
import { watchProgram, type WatchOptions } from '../watched/watch-program.ts';
import { versionOf } from '../shared/node-version.ts';
import { baselineOptions, openBaseline } from '../ci/report/baseline-options.ts';
import { conclude } from '../ci/report/conclude.ts';
import { codeOf } from '../shared/error-message.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';

const levelNames = [...levels, 'heap'] as const;

const checkHelp = `usage: leaklab check FILE… [--json] [--patience MS] [--budget MS] [--node PATH]
                           [--policy FILE] [--level L] [--once] [--format F] [--output FILE] [--baseline FILE]
                           [--accept]

Runs each module or script under the detector: imports it, calls its \`run\` or its default export if that is
a function, gives timers, sockets and the like time to end, and reports what leaked. A function that leaks nothing
runs again and again, to see whether memory grows and whether a further run never ends, because an earlier one kept
a permit or a lock. What a module with a function sets up while it loads is no leak, nor is what a package sets up at
its first use: a second run adds no other. With --once, that counts as a leak.

  --json          print the report as JSON; for several files, a list of { file, ending, report }
  --patience MS   how long the program may take (default 10000); a script that is idle for 1000 ms is done
  --budget MS     how long to wait for what is still open to end (default 1000)
  --node PATH     the Node to run it with
  --level L       ${levelNames.join(', ')} (default heap: as full, and the function runs again)
  --once          call the function only once, as with --level full
  --policy FILE   YAML or JSON with rules for leaks to tolerate, each with a reason
  --format F      ${formatNames}; may be given more than once
  --output FILE   file for a format, the first for the first; default standard output
  --baseline FILE leaks that are accepted for now
  --accept        write today's leaks to the baseline, and take out those that are gone

exit code: 0 no leaks, or only accepted ones; 1 leaks, or the program failed or never ended; 2 used wrongly`;

export const verb: Verb = { help: checkHelp, run: checkCommand };

/** Runs `leaklab check`, prints to standard output, and returns the exit code. */
async function checkCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...outputOptions,
      ...baselineOptions,
      patience: { type: 'string', default: '10000' },
      budget: { type: 'string', default: '1000' },
      node: { type: 'string' },
      policy: { type: 'string' },
      level: { type: 'string', default: 'heap' },
      once: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) throw new UsageError('no file to check', 'leaklab check some/file.ts');
  const patience = milliseconds('patience', values.patience);
  const budget = milliseconds('budget', values.budget);
  const level = levelNames.find((each) => each === values.level);
  if (level === undefined)
    throw new UsageError(`no level ${JSON.stringify(values.level)}`, `--level ${levelNames.join(', ')}`);
  const watching = level === 'heap' ? { repeats: !values.once } : { level };
  const files = positionals.map((name) => existingFile(name));
  const rules = values.policy === undefined ? [] : await rulesOf(values.policy);
  const baseline = openBaseline(values, undefined);
  const outputs = outputsOf({ ...values, json: false });
  const isTogether = values.format !== undefined || (baseline !== undefined && !values.json);
  const layout = terminalLayout(process.stdout);
  const answers: Checked[] = [];
  for (const file of files) {
    const options = { output: 'show' as const, ...(values.node !== undefined && { node: values.node }) };
    const answer = await watchAny({ file, patience, budget, rules, ...watching }, options);
    answers.push({ file, answer });
    if (!values.json && !isTogether) process.stdout.write(`${describe(file, answer, layout)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(toJson(answers), null, 2)}\n`);
  if (!isTogether && !baseline) return answers.every(({ answer }) => holds(answer)) ? 0 : 1;
  const root = await rootOf(process.cwd());
  return conclude(reportsOf(answers, versionOf(values.node ?? process.execPath)), {
    root,
    problems: answers.flatMap((each) => problemsOf(each, root)),
    // the JSON of this verb is printed already
    outputs: values.json ? outputs.filter(({ file }) => file !== undefined) : outputs,
    isAccepting: values.accept,
    ...(baseline && { baseline }),
  });
}

interface Checked {
  readonly file: string;
  readonly answer: Answer;
}

/** Returns a report of a run for each program. */
function reportsOf(answers: readonly Checked[], node: string): TestReport[] {
  return answers.map(({ file, answer: { report } }) => ({
    version: 1,
    runner: 'register',
    node,
    unit: 'run',
    file,
    name: [],
    report,
  }));
}

/** Returns the problems of a program other than leaks. */
function problemsOf({ file, answer }: Checked, root: string): Problem[] {
  if (holds({ ...answer, report: { ...answer.report, leaks: [] } })) return [];
  const path = pathFrom(root, file);
  return [{ path, message: `${path}: ${describeEnding(answer.ending)}` }];
}

/** Watches a program, and once more compiled if Node can't strip its types. */
async function watchAny(job: Job, options: WatchOptions): Promise<Answer> {
  const answer = await watchProgram(job, options);
  const { ending } = answer;
  const needsCompiler = ending.how === 'threw' && ending.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  if (!needsCompiler) return answer;
  checkCompiler(job.file);
  return watchProgram({ ...job, transpile: true }, options);
}

function checkCompiler(file: string): void {
  try {
    import.meta.resolve('typescript');
  } catch {
    throw new UsageError(
      `${shownName(file)} has TypeScript that must be compiled, and there is no compiler`,
      'npm install --save-dev typescript',
    );
  }
}

function holds({ ending, report }: Answer): boolean {
  if (report.leaks.length > 0) return false;
  return (
    ending.how === 'returned' || ending.how === 'finished' || (ending.how === 'exited' && ending.code === 0)
  );
}

function toJson(answers: readonly Checked[]): (Report & { ending: Ending }) | object[] {
  const [only] = answers;
  if (only && answers.length === 1) return { ...only.answer.report, ending: only.answer.ending };
  return answers.map(({ file, answer }) => ({ file, ...answer }));
}

function describe(file: string, { ending, report }: Answer, layout: FormatOptions): string {
  const name = shownName(file);
  const end = describeEnding(ending);
  if (ending.how === 'lost') return `${name}: ${end}`;
  return `${name}: ${end === undefined ? '' : `${end}; `}${formatReport(report, layout)}`;
}

function shownName(file: string): string {
  const shown = relative(process.cwd(), file);
  return shown.startsWith('..') ? file : shown;
}

function describeEnding(ending: Ending): string | undefined {
  switch (ending.how) {
    case 'returned':
    case 'finished':
      return undefined;
    case 'threw':
      return `threw ${messageLine(ending.error)}`;
    case 'exited':
      return `called process.exit(${ending.code})`;
    case 'hung':
      return ending.where === 'run' ? 'its function never returned' : 'its top level never finished';
    case 'lost':
      return `${ending.reason}; nothing is known of what is left`;
  }
}

/** The line of a stack that says what happened: in a syntax error's, the source stands in front of it. */
function messageLine(error: string): string {
  const lines = error.split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? error;
}

async function rulesOf(file: string): Promise<readonly IgnoreRule[]> {
  try {
    return (await loadPolicy(file)).rules;
  } catch (error) {
    if (codeOf(error) === 'ENOENT')
      throw new UsageError(`no policy ${JSON.stringify(file)}`, 'name a YAML or JSON file');
    if (!(error instanceof PolicyError)) throw error;
    throw new UsageError(
      `the policy does not hold:\n${error.message}`,
      'fix these lines; docs/policy.md has the format',
    );
  }
}

function existingFile(name: string): string {
  const file = resolve(name);
  if (!existsSync(file))
    throw new UsageError(`no file ${JSON.stringify(name)}`, 'name a JavaScript or TypeScript file');
  if (!statSync(file).isFile())
    throw new UsageError(`${JSON.stringify(name)} is a folder`, 'name the files in it');
  if (!/\.[cm]?[jt]s$/.test(file)) {
    throw new UsageError(
      `${JSON.stringify(name)} is neither JavaScript nor TypeScript`,
      'name a file that ends in .js, .mjs, .cjs, .ts, .mts or .cts',
    );
  }
  return file;
}

function milliseconds(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new UsageError(
      `--${option} ${JSON.stringify(text)} is not a number of ms from 0 up`,
      `--${option} 5000`,
    );
  }
  return value;
}
