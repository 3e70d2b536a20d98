import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openEndpointsFor } from '../../outside/desk-for.ts';
import type { Outside, RunEndpoints } from '../../outside/outside.ts';
import { messageOf } from '../../shared/error-message.ts';
import type { Axis, ProgramRun, Runtime, Said } from '../answer/adapter.ts';
import { runVariable, type ChildJob, type ProgramEnd } from '../answer/job.ts';
import { answerMailbox } from './mailbox.ts';
import { packageFile } from './packages.ts';
import { writeEntry, writeTestFile, type FolderOptions } from './program-folder.ts';
import { clean, rawOf, type RunPaths } from './raw.ts';
import { place, type Placed, type RunEnd } from '../answer/recorded.ts';
import { longest, runCommand, type Ended } from './run-command.ts';
import { commandOf, findingsOf, graceOf, type Runner } from './runner.ts';

export interface RunSettings {
  readonly root: string;
  /** Parent of the runs' folders, with node_modules in reach. */
  readonly work: string;
  readonly runtime: { readonly name: Runtime; readonly executable: string };
  readonly axis: Axis;
  readonly neighbours: readonly string[];
  readonly outside: Outside;
}

/** Result of a run. */
export interface RunResult {
  readonly end: RunEnd;
  readonly problem?: string;
  readonly findings: readonly Placed[];
  readonly exitCode?: number;
  readonly ms: number;
  readonly raw: string;
}

/** Job of a run: a program under a detector, with the run's files and folders. */
interface Job extends RunPaths {
  readonly adapter: Runner;
  readonly program: string;
  readonly settings: RunSettings;
  readonly mailbox: string;
  /** File that is written when the program has come to its end. */
  readonly done: string;
  readonly answer: string;
}

/** Runs a program under a detector in its own process group, which is killed as a whole. */
export async function runProgram(
  adapter: Runner,
  program: string,
  settings: RunSettings,
): Promise<RunResult> {
  const job = jobOf(adapter, program, settings);
  const endpoints = await openEndpointsFor(program, settings.outside, settings.neighbours);
  const stopAnswering = answerMailbox(job.mailbox, endpoints);
  try {
    const jobFile = writeChildJob(job, endpoints);
    const { run, names } = programRunOf(job);
    const { ended, ms } = await runTimed(job, run, jobFile);
    return resultOf(job, ended, ms, (said) => placedFindings(job, said, run, names));
  } finally {
    stopAnswering();
    await endpoints.close();
    rmSync(job.folder, { recursive: true, force: true, maxRetries: 5 });
    rmSync(job.scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Makes the folders of a run. */
function jobOf(adapter: Runner, program: string, settings: RunSettings): Job {
  mkdirSync(settings.work, { recursive: true });
  const folder = mkdtempSync(join(settings.work, 'run-'));
  return {
    adapter,
    program,
    settings,
    folder,
    // short, because the names of Unix sockets must be
    scratch: realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-'))),
    root: settings.root,
    mailbox: join(folder, 'mail'),
    done: join(folder, 'done.json'),
    answer: join(folder, 'answer.ndjson'),
  };
}

/** Writes the job for the child, and returns its file. */
function writeChildJob(job: Job, { addresses }: RunEndpoints): string {
  const { adapter, program, folder, scratch, mailbox, done, answer, settings } = job;
  const { axis, neighbours } = settings;
  const childJob: ChildJob = {
    program,
    axis,
    lab: { addresses, scratch, mailbox },
    done,
    answer,
    neighbours,
    ...(adapter.way === 'in process' && { watcher: adapter.module, options: adapter.options }),
  };
  const file = join(folder, 'job.json');
  writeFileSync(file, JSON.stringify(childJob));
  return file;
}

/** Returns the run as its adapter gets it, and the growing list of paths that may name the program. */
function programRunOf({ program, folder, root, answer, settings }: Job): {
  readonly run: ProgramRun;
  readonly names: readonly string[];
} {
  const { runtime, neighbours } = settings;
  const options: FolderOptions = { folder, root, program, neighbours, byUrl: true };
  const names = [program];
  const run: ProgramRun = {
    program,
    folder,
    entry: writeEntry(options),
    testFile: (name, head, byUrl = true) => {
      const file = writeTestFile({ ...options, byUrl }, name, head);
      names.push(file);
      return file;
    },
    write: (name, text) => {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    runtime,
    packageFile,
    answer,
  };
  return { run, names };
}

/** Runs the adapter's command to its end. */
async function runTimed(
  { adapter, program, folder, done, settings }: Job,
  run: ProgramRun,
  jobFile: string,
): Promise<{ readonly ended: Ended; readonly ms: number }> {
  const { argv, env = {} } = commandOf(adapter, run);
  const started = performance.now();
  const ended = await runCommand(
    argv,
    {
      ...env,
      [runVariable]: jobFile,
      LEAKLAB_PROGRAM: program,
      // without it, a short run takes twice as long
      NODE_COMPILE_CACHE: join(settings.work, '..', 'compiled'),
    },
    folder,
    done,
    graceOf(adapter),
  );
  return { ended, ms: Math.round(performance.now() - started) };
}

/** Distinguishes an answer from a crash and a time-out. */
function resultOf(
  job: Job,
  ended: Ended,
  ms: number,
  findingsIn: (said: Said) => readonly Placed[],
): RunResult {
  const said = saidOf(job, ended);
  const raw = clean(rawOf(said), job);
  const rest = { ms, raw, ...(ended.code !== undefined && { exitCode: ended.code }) };
  const failure = failureOf(job, ended);
  if (failure) return { ...rest, ...failure, findings: [] };
  const isKilled = ended.why === 'grace';
  try {
    return { ...rest, end: isKilled ? 'hung' : 'answered', findings: findingsIn(said) };
  } catch (error) {
    const problem = messageOf(error);
    return { ...rest, end: isKilled ? 'timed out' : 'crashed', problem, findings: [] };
  }
}

function saidOf({ answer }: Job, { stdout, stderr, code }: Ended): Said {
  return { stdout, stderr, code, answer: existsSync(answer) ? readFileSync(answer, 'utf8') : undefined };
}

/** Returns the reason why the program did not come to its end; `undefined` if it did. */
function failureOf(job: Job, { why, code }: Ended): Pick<RunResult, 'end' | 'problem'> | undefined {
  if (why === 'time')
    return { end: 'timed out', problem: `neither program nor tool were over within ${longest} ms` };
  if (!existsSync(job.done))
    return {
      end: 'crashed',
      problem: `the program did not come to its end; exit code ${code ?? 'unknown'}`,
    };
  const programEnd = JSON.parse(readFileSync(job.done, 'utf8')) as ProgramEnd;
  return programEnd.how === 'threw'
    ? { end: 'crashed', problem: `the program threw ${clean(programEnd.error.split('\n')[0] ?? '', job)}` }
    : undefined;
}

/** Places the findings of an answer. @throws if there is none, or it can't be read */
function placedFindings(
  { adapter, program, folder, settings }: Job,
  said: Said,
  run: ProgramRun,
  names: readonly string[],
): readonly Placed[] {
  return findingsOf(adapter, said, run).map((finding) =>
    place(finding, {
      program: names,
      neighbours: settings.neighbours.filter((each) => each !== program),
      lines: readFileSync(program, 'utf8').split('\n').length,
      runner: [folder, dirname(import.meta.dirname)],
    }),
  );
}
