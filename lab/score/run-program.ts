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
import { openEndpointsFor } from '../outside/desk-for.ts';
import type { Outside } from '../outside/outside.ts';
import { messageOf } from '../shared/error-message.ts';
import type { Axis, ProgramRun, Runtime, Said } from './adapter.ts';
import { runVariable, type ChildJob, type ProgramEnd } from './child/job.ts';
import { answerMailbox } from './mailbox.ts';
import { packageFile } from './packages.ts';
import { writeEntry, writeTestFile, type FolderOptions } from './program-folder.ts';
import { clean, rawOf } from './raw.ts';
import { place, type Placed, type RunEnd } from './recorded.ts';
import { longest, runCommand } from './run-command.ts';
import { commandOf, findingsOf, graceOf, type Runner } from './runner.ts';

export interface RunSettings {
  readonly root: string;
  /** Where folders of runs are made; node_modules have to be in reach. */
  readonly work: string;
  readonly runtime: { readonly name: Runtime; readonly executable: string };
  readonly axis: Axis;
  readonly neighbours: readonly string[];
  readonly outside: Outside;
}

/** What came of a run. */
export interface RunResult {
  readonly end: RunEnd;
  readonly problem?: string;
  readonly findings: readonly Placed[];
  readonly exitCode?: number;
  readonly ms: number;
  readonly raw: string;
}

/** Runs a program under a detector, in a process and a process group of its own, which is killed whole. */
export async function runProgram(
  adapter: Runner,
  program: string,
  settings: RunSettings,
): Promise<RunResult> {
  const { root, work, runtime, axis, neighbours, outside } = settings;
  mkdirSync(work, { recursive: true });
  const folder = mkdtempSync(join(work, 'run-'));
  // short, as names of Unix sockets have to be
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-')));
  const paths = { folder, scratch, root };
  const desk = await openEndpointsFor(program, outside, neighbours);
  const mailbox = join(folder, 'mail');
  const stopAnswering = answerMailbox(mailbox, desk);
  const done = join(folder, 'done.json');
  const answer = join(folder, 'answer.ndjson');
  const job: ChildJob = {
    program,
    axis,
    lab: { addresses: desk.addresses, scratch, mailbox },
    done,
    answer,
    neighbours,
    ...(adapter.way === 'in process' && { watcher: adapter.module, options: adapter.options }),
  };
  const jobFile = join(folder, 'job.json');
  writeFileSync(jobFile, JSON.stringify(job));
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
  try {
    const { argv, env = {} } = commandOf(adapter, run);
    const started = performance.now();
    const ended = await runCommand(
      argv,
      {
        ...env,
        [runVariable]: jobFile,
        LEAKLAB_PROGRAM: program,
        // half of the time of a short run otherwise
        NODE_COMPILE_CACHE: join(work, '..', 'compiled'),
      },
      folder,
      done,
      graceOf(adapter),
    );
    const ms = Math.round(performance.now() - started);
    const said: Said = {
      stdout: ended.stdout,
      stderr: ended.stderr,
      code: ended.code,
      answer: existsSync(answer) ? readFileSync(answer, 'utf8') : undefined,
    };
    const raw = clean(rawOf(said), paths);
    const rest = { ms, raw, ...(ended.code !== undefined && { exitCode: ended.code }) };
    const read = (): readonly Placed[] =>
      findingsOf(adapter, said, run).map((finding) =>
        place(finding, {
          program: names,
          neighbours: neighbours.filter((each) => each !== program),
          lines: readFileSync(program, 'utf8').split('\n').length,
          runner: [folder, import.meta.dirname],
        }),
      );
    const failed = (end: RunEnd, problem: string): RunResult => ({ ...rest, end, problem, findings: [] });
    if (ended.why === 'time')
      return failed('timed out', `neither program nor tool were over within ${longest} ms`);
    const programEnd = existsSync(done) ? (JSON.parse(readFileSync(done, 'utf8')) as ProgramEnd) : undefined;
    if (!programEnd)
      return failed('crashed', `the program did not come to its end; exit code ${ended.code ?? 'unknown'}`);
    if (programEnd.how === 'threw')
      return failed('crashed', `the program threw ${clean(programEnd.error.split('\n')[0] ?? '', paths)}`);
    try {
      return { ...rest, end: ended.why === 'grace' ? 'hung' : 'answered', findings: read() };
    } catch (error) {
      const problem = messageOf(error);
      return failed(ended.why === 'grace' ? 'timed out' : 'crashed', problem);
    }
  } finally {
    stopAnswering();
    await desk.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}
