import { spawn, type ChildProcess } from 'node:child_process';
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
import { basename, dirname, join, relative } from 'node:path';
import { endWithUs, killGroup } from '../measure/process-group.ts';
import { openDeskFor } from '../outside/desk-for.ts';
import type { Outside } from '../outside/outside.ts';
import type {
  Adapter,
  Axis,
  ByCommand,
  Command,
  Executable,
  InProcess,
  ProgramRun,
  Runtime,
  Said,
} from './adapter.ts';
import { parseAnswer, type Finding } from './answer.ts';
import { runVariable, type ChildJob, type ProgramEnd } from './child/job.ts';
import { answerMailbox } from './mailbox.ts';
import { packageFile } from './packages.ts';
import { filesOf, writeEntry, writeTestFile, type FolderOptions } from './program-folder.ts';
import { place, type Placed, type RunEnd } from './recorded.ts';
import { parseSarif } from './sarif.ts';

/** An adapter that runs programs. */
export type Runner = InProcess | ByCommand | Executable;

export function isRunner(adapter: Adapter): adapter is Runner {
  return adapter.way === 'in process' || adapter.way === 'command' || adapter.way === 'executable';
}

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

/** How long a run may take in all, in ms: a safety net, far from what any of them takes on an idle machine. */
const longest = 90_000;
/** How long a tool may go on when the program has returned, in ms. */
const usualGrace = 10_000;
/** How much of what a tool says is kept, in characters. */
const rawSize = 4000;
/** How much of it is read, in characters. */
const saidSize = 4_000_000;

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
  const desk = await openDeskFor(program, outside);
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
    ...(adapter.way === 'in process' && { watcher: adapter.module }),
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
    const ended = await ending(
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
    const raw = clean(rawOf(said), { folder, scratch, root });
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
      return failed(
        'crashed',
        `the program threw ${clean(programEnd.error.split('\n')[0] ?? '', { folder, scratch, root })}`,
      );
    try {
      return { ...rest, end: ended.why === 'grace' ? 'hung' : 'answered', findings: read() };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return failed(ended.why === 'grace' ? 'timed out' : 'crashed', problem);
    }
  } finally {
    stopAnswering();
    await desk.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

function graceOf(adapter: Runner): number {
  return (
    (adapter.way === 'in process' ? undefined : adapter.grace) ??
    (adapter.way === 'in process' ? 60_000 : usualGrace)
  );
}

function commandOf(adapter: Runner, run: ProgramRun): Command {
  switch (adapter.way) {
    case 'in process':
      return {
        argv: [
          run.runtime.executable,
          '--disable-warning=ExperimentalWarning',
          ...(adapter.flags ?? []),
          join(import.meta.dirname, 'child', 'in-process.ts'),
        ],
      };
    case 'command':
      return adapter.command(run);
    case 'executable':
      return { argv: [...adapter.command, run.entry] };
  }
}

function findingsOf(adapter: Runner, said: Said, run: ProgramRun): readonly Finding[] {
  switch (adapter.way) {
    case 'in process':
      if (said.answer === undefined)
        throw new Error(`the detector gave no answer; exit code ${said.code ?? 'unknown'}`);
      return parseAnswer(said.answer);
    case 'command':
      return adapter.read(said, run);
    case 'executable': {
      if (said.code === undefined && said.stdout.trim() === '')
        throw new Error('killed before it had answered');
      if (said.code !== undefined && said.code > 1)
        throw new Error(`exit code ${said.code}; 0 and 1 are answers`);
      return said.stdout.trimStart().startsWith('{"version"') || said.stdout.includes('"$schema"')
        ? parseSarif(said.stdout, run.folder)
        : parseAnswer(said.stdout);
    }
  }
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | undefined;
  /** Why it is over: by itself, or killed. */
  readonly why: 'itself' | 'grace' | 'time';
}

function ending(
  [executable, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  folder: string,
  done: string,
  grace: number,
): Promise<Ended> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(executable, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    // its own: a test runner behaves otherwise inside of another, and colours are for people
    env: { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), NO_COLOR: '1', ...env },
  });
  const release = endWithUs(child);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  return new Promise((resolve, reject) => {
    let why: Ended['why'] = 'itself';
    let doneAt: number | undefined;
    const started = performance.now();
    const kill = (reason: Ended['why']): void => {
      if (why === 'itself') why = reason;
      killGroup(child);
    };
    const watch = setInterval(() => {
      const now = performance.now();
      if (doneAt === undefined && existsSync(done)) doneAt = now;
      if (now - started > longest) kill('time');
      else if (doneAt !== undefined && now - doneAt > grace) kill('grace');
    }, 20);
    const end = (): void => {
      clearInterval(watch);
      release();
      // what it has left in its group goes with it
      killGroup(child);
    };
    child.once('error', (error) => {
      end();
      reject(new Error(`${basename(executable)} can't be started: ${error.message}`));
    });
    child.once('exit', (code) => {
      end();
      // when the group is gone, its pipes end
      void drained(child).then(() =>
        resolve({ stdout: stdout(), stderr: stderr(), code: code ?? undefined, why }),
      );
    });
  });
}

/** Resolves when the pipes have ended, or shortly after: what left the group may hold them open. */
async function drained(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('close', () => resolve());
  const patience = setTimeout(resolve, 2000);
  await promise;
  clearTimeout(patience);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = [];
  let size = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (size < saidSize) chunks.push(chunk);
    size += chunk.length;
  });
  return () => chunks.join('');
}

function rawOf({ stdout, stderr, answer }: Said): string {
  const parts = [answer ?? '', stdout, stderr].map((part) => part.trim()).filter((part) => part !== '');
  const text = parts.join('\n\n');
  return text.length > rawSize ? `${text.slice(0, rawSize)}\n… (cut)` : text;
}

/** Paths of this machine become what they stand for. */
function clean(
  text: string,
  { folder, scratch, root }: { folder: string; scratch: string; root: string },
): string {
  // where a test runner shows paths, it may do so from its own folder
  return text
    .replaceAll(folder, '<run>')
    .replaceAll(scratch, '<scratch>')
    .replaceAll(basename(folder), '<run>')
    .replaceAll(`${root}/`, '')
    .replaceAll(relative(process.cwd(), folder) || folder, '<run>');
}

/** The files whose content decides what a run gives, beside adapter and runtime. */
export function inputsOf(program: string, neighbours: readonly string[]): readonly string[] {
  return [...filesOf(program), ...neighbours.flatMap((each) => filesOf(each))];
}
