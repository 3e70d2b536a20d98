import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { outputHelp, outputOptions, outputsOf } from './formats/formats.ts';
import { readReports, type ReadReports } from './formats/read-reports.ts';
import { pathFrom, type Problem } from './formats/results.ts';
import { plural } from './formats/tell.ts';
import { newestRelease, nodeExecutable, releasesFolder } from '../shared/node-releases.ts';
import { projectSettings } from './project-settings.ts';
import { baselineHelp, baselineOptions, openBaseline } from './report/baseline-options.ts';
import { conclude } from './report/conclude.ts';
import { showStatus } from '../shared/status-line.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import { ciSettings, usualCommand } from './ci-settings.ts';
import { addToHistory } from '../history/add/add-to-file.ts';
import { git, rootOf } from './git.ts';
import { packagesOf, type Package } from './packages.ts';
import { runTests, type Job, type Ran, type Runtime } from './run-tests.ts';

export const ciHelp = `usage: leaklab ci [--node LINES] [--packages FOLDERS] [--command COMMAND] [--limit SECONDS] [--jobs N]
                  [--json] [--format F] [--output FILE] [--baseline FILE] [--accept] [--since REF]
                  [--reports FOLDER] [--history FILE] [--cache FOLDER] [-- COMMAND…]

Runs the tests of each package on each Node, at the same time, and combines their reports: what leaked, in which
test of which package, and who changed the line last. The packages are the npm workspaces of this folder, or the
folder itself; a missing Node is fetched from the npm registry. leaklab.json can hold the settings:
{ "ci": { "node": ["22", "24"], "packages": ["packages/orders"], "command": "npm test", "limit": 600, "jobs": 2 } }

  --node LINES       lines or releases of Node, with commas: 22,24.21.0,current (default current)
  --packages FOLDERS folders of packages, with commas (default the workspaces)
  --command COMMAND  command that runs the tests of a package (default ${usualCommand}); also behind --, as in
                     leaklab ci -- npx vitest run
  --limit SECONDS    after which the tests of a package on one Node are ended (default 600)
  --jobs N           how many run at the same time (default the number of cores)
${outputHelp}
${baselineHelp}
  --since REF        commit, branch or tag at which the change begins: older commits are not named as the cause of a
                     leak (default the target of the merge request, if the CI service names it)
  --reports FOLDER   keep the reports and what the tests print there
  --history FILE     add the run to the history of this file, see leaklab history --help
  --cache FOLDER     keep fetched Nodes there

exit code: 0 all tests pass without leaks, or with accepted ones only; 1 otherwise, also if nothing was
watched, or not each project of the runner; 2 used wrongly`;

export const verb: Verb = { help: ciHelp, run: ciCommand };

/** Runs `leaklab ci`, prints to standard output, progress to standard error, and returns the exit code. */
async function ciCommand(args: string[]): Promise<number> {
  const end = args.indexOf('--');
  const behind = end === -1 ? [] : args.slice(end + 1);
  const { values, positionals } = parseArgs({
    args: end === -1 ? args : args.slice(0, end),
    allowPositionals: true,
    options: {
      ...outputOptions,
      ...baselineOptions,
      node: { type: 'string' },
      packages: { type: 'string' },
      command: { type: 'string' },
      limit: { type: 'string' },
      jobs: { type: 'string' },
      since: { type: 'string' },
      reports: { type: 'string' },
      history: { type: 'string' },
      cache: { type: 'string' },
    },
  });
  if (positionals.length > 0) {
    throw new UsageError(`${JSON.stringify(positionals[0])} is not an option`, '--packages names folders');
  }
  if (behind.length > 0 && values.command !== undefined) {
    throw new UsageError('the command is given twice, by --command and behind --', `-- ${behind.join(' ')}`);
  }
  const outputs = outputsOf(values);
  const project = projectSettings();
  const command = behind.length > 0 ? behind.map(quoted).join(' ') : values.command;
  const settings = ciSettings(project.file, { ...values, ...(command !== undefined && { command }) });
  const baseline = openBaseline(values, project.baseline);
  const cache = values.cache === undefined ? releasesFolder() : resolve(values.cache);
  const known = packagesOf(process.cwd(), settings.packages);
  const packages = withTests(known, settings.command);
  const runtimes = await runtimesOf(settings.node, cache);
  const root = await rootOf(process.cwd());
  const folder = values.reports === undefined ? temporary() : resolve(values.reports);
  try {
    const jobs = runtimes.flatMap((runtime) =>
      packages.map((each): Job => ({
        package: each,
        runtime,
        command: settings.command,
        limit: settings.limit * 1000,
        ...(baseline && { baseline: baseline.file, isAccepting: values.accept }),
        folder: join(folder, `node-${runtime.version}`, each.name.replaceAll(/[^\w.-]+/g, '_')),
      })),
    );
    const done = await runAll(jobs, settings.jobs ?? availableParallelism(), root);
    const reports = done.flatMap(({ read }) => read.reports);
    const since = sinceOf(values.since ?? (await targetOf(process.env)));
    const code = await conclude(reports, {
      root,
      problems: done.flatMap(({ problems }) => problems),
      outputs,
      isAccepting: values.accept,
      ...(baseline && { baseline }),
      ...since,
    });
    if (values.history !== undefined && reports.length > 0) {
      await addToHistory(values.history, { reports, root, baseline: baseline?.file, ...since });
    }
    return code;
  } finally {
    if (values.reports === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Quotes a word for sh, which knows no other quoting that keeps every character. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

interface Done {
  readonly read: ReadReports;
  readonly problems: readonly Problem[];
}

/** Runs all jobs, a number of them at the same time, and reports each when it is done. */
async function runAll(jobs: readonly Job[], concurrency: number, root: string): Promise<Done[]> {
  const done: Done[] = [];
  const queue = jobs.values();
  let ended = 0;
  const work = async (): Promise<void> => {
    for (const job of queue) {
      showStatus(`${ended}/${jobs.length} done, ${nameOf(job)} began`);
      const ran = await runTests(job);
      const read = readReports(job.folder, root);
      const problems = [...read.problems, ...problemsOf(job, ran, read, root)];
      done.push({ read, problems });
      ended += 1;
      showStatus('');
      process.stderr.write(`${told(job, ran, read)}\n`);
      if (problems.length > 0) process.stderr.write(ran.output.map((line) => `  ${line}\n`).join(''));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, work));
  return done;
}

function told(job: Job, { how, code, ms }: Ran, { reports, areRunsListed }: ReadReports): string {
  const leaks = reports.reduce((sum, { report }) => sum + report.leaks.length, 0);
  const found = leaks === 0 ? 'no leaks' : `${leaks} ${plural(leaks, 'leak')}`;
  const end = how === 'too long' ? 'ended' : `exit code ${code}`;
  const areListable = reports.some(({ runner }) => runner === 'vitest' || runner === 'jest');
  const unknown = how === 'ended' && areListable && !areRunsListed ? unlisted : '';
  return `${nameOf(job)}: ${reports.length} watched, ${found}, ${end}, ${(ms / 1000).toFixed(1)} s${unknown}`;
}

const unlisted = '; not known whether all projects were watched, as NODE_OPTIONS did not reach the runner';

/** Projects of vitest without `extends: true`, and those of jest, ignore the setup files of the root. */
const nothingWatched =
  'nothing was watched: no test wrote a report; next: set up leaklab in each project of the runner (vitest: `extends: true`)';

function problemsOf(job: Job, { how, code }: Ran, read: ReadReports, root: string): Problem[] {
  const { reports, unwatched } = read;
  const path = pathFrom(root, join(job.package.folder, 'package.json'));
  const problem = (what: string): Problem => ({ path, message: `${nameOf(job)}: ${what}` });
  if (how === 'too long') return [problem(`ended: not done after ${job.limit / 1000} s`)];
  const problems: Problem[] = [];
  // a leak fails its test, and is reported as a leak
  if (code !== 0 && reports.every(({ report }) => report.leaks.length === 0)) {
    problems.push(problem(code === null ? 'ended by a signal' : `its tests failed with exit code ${code}`));
  }
  if (reports.length === 0) problems.push(problem(nothingWatched));
  problems.push(...unwatched.map((each) => ({ ...each, message: `${nameOf(job)}: ${each.message}` })));
  const other = reports.find(({ node }) => node.replace(/^v/, '') !== job.runtime.version);
  if (other) {
    problems.push(
      problem(
        `its tests ran on Node ${other.node}: another Node comes first on the PATH, such as a package \`node\``,
      ),
    );
  }
  return problems;
}

function nameOf({ package: { name }, runtime: { version } }: Job): string {
  return `${name} on Node ${version}`;
}

/** Returns the packages that have tests, and names the others on standard error. */
function withTests(packages: readonly Package[], command: string): readonly Package[] {
  const withoutTests = packages.filter(({ hasTests }) => !hasTests);
  if (command !== usualCommand) return packages;
  if (withoutTests.length === packages.length) {
    throw new UsageError(
      `no test script in ${packages.map(({ name }) => name).join(', ')}`,
      'name the command that runs the tests: --command "npx vitest run"',
    );
  }
  for (const { name } of withoutTests) process.stderr.write(`${name}: no test script, left out\n`);
  return packages.filter(({ hasTests }) => hasTests);
}

async function runtimesOf(lines: readonly string[], cache: string): Promise<Runtime[]> {
  const runtimes: Runtime[] = [];
  const current = process.version.slice(1);
  for (const line of lines) {
    const version = line === 'current' ? current : await newestRelease(line, cache);
    if (runtimes.some((each) => each.version === version)) continue;
    const executable = version === current ? process.execPath : await nodeExecutable(version, cache);
    runtimes.push({ version, executable });
  }
  return runtimes;
}

/** Returns the target of the merge request, as the CI service names it. */
async function targetOf(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const branch = env['GITHUB_BASE_REF'] || env['CHANGE_TARGET'];
  const target = env['CI_MERGE_REQUEST_DIFF_BASE_SHA'] || (branch && `origin/${branch}`);
  if (!target) return undefined;
  return (await git(process.cwd(), 'rev-parse', '--verify', '--quiet', `${target}^{commit}`)) && target;
}

function sinceOf(since: string | undefined): { since?: string } {
  return since === undefined ? {} : { since };
}

function temporary(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-ci-')));
}
