/**
 * What every measured child does, whatever its engine: imports one program, runs it again and again, and has itself
 * read after every stage.
 *
 * It has an IPC channel, a pipe for standard error, and a {@link Task} as JSON in its only argument, and waits to be
 * killed when it is done.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Lab } from '../contract.ts';
import { createIpcAsk, createLab } from '../outside/lab-context.ts';
import type { Addresses } from '../outside/messages.ts';
import { messageOf } from '../shared/error-message.ts';
import { sameOutcome, type Message, type Reading } from './reading.ts';
import { hasGrown } from './verdict.ts';

/** What a measured child is told. */
export interface Task {
  /** The program's absolute path. */
  readonly file: string;
  /** An empty folder; every run gets one inside it. */
  readonly scratch: string;
  readonly addresses: Addresses;
  /** After how many runs it is read; it ends with the last. */
  readonly stages: readonly number[];
}

/** How a child reads itself. */
export interface Observer {
  /** Settles, collects garbage, and reads. */
  observe(k: number): Promise<Reading>;
  /** Waits until nothing has changed for so long (ms), at most `most` ms. */
  waitUntilUnchanged(quiet: number, most: number): Promise<void>;
  /** After the first run, when what the program needs is loaded. */
  afterFirstRun?(): void;
}

/** What grew last must stay as it is for so long (ms), and gets at most so long, before it is called grown. */
const patience = { quiet: 700, most: 3000 };

/**
 * Does the task of this process; what goes wrong is told to the prover.
 *
 * @param createObserver called before the program is imported
 */
export async function doTask(createObserver: (task: Task, lab: Lab) => Observer): Promise<void> {
  try {
    await repeat(JSON.parse(process.argv[2] ?? '') as Task, createObserver);
  } catch (error) {
    send({ oracle: 'failed', reason: messageOf(error) });
  }
}

async function repeat(task: Task, createObserver: (task: Task, lab: Lab) => Observer): Promise<void> {
  const { file, scratch, addresses, stages } = task;
  // A program may wait on something that doesn't keep the loop alive; its caller does then.
  setInterval(() => {}, 60_000);
  // Without the prover nobody is left to end this group.
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  const ask = createIpcAsk();
  const newLab = (): Lab => createLab(addresses, mkdtempSync(join(scratch, 'run-')), ask);
  const observer = createObserver(task, newLab());
  const run = await importRun(file);
  send({ oracle: 'imported' });

  let first: string | undefined;
  let differed: { k: number; outcome: string } | undefined;
  let before: Reading | undefined;
  let k = 0;
  for (const stage of stages) {
    while (k < stage) {
      k++;
      const outcome = await once(run, newLab(), k);
      first ??= outcome;
      if (!sameOutcome(first, outcome)) differed ??= { k, outcome };
      if (k === 1) observer.afterFirstRun?.();
      send({ oracle: 'ran', k });
    }
    let reading = await observer.observe(k);
    if (stage === stages.at(-1) && before && hasGrown(before, reading)) {
      // What only takes its time to end is no leak.
      await observer.waitUntilUnchanged(patience.quiet, patience.most);
      reading = await observer.observe(k);
    }
    before = reading;
    send({ oracle: 'read', reading });
  }
  send({ oracle: 'done', outcome: first ?? '', ...(differed && { differed }) });
}

type Run = (lab: Lab) => unknown;

async function importRun(file: string): Promise<Run> {
  let program: { run?: unknown };
  try {
    program = (await import(pathToFileURL(file).href)) as { run?: unknown };
  } catch (error) {
    throw new Error(`the import threw ${describe(error)}`, { cause: error });
  }
  if (typeof program.run !== 'function') throw new Error('the program exports no function run');
  return program.run as Run;
}

/** @returns the outcome as JSON: the object itself must not outlive the run */
async function once(run: Run, lab: Lab, k: number): Promise<string> {
  let outcome: unknown;
  try {
    outcome = await run(lab);
  } catch (error) {
    throw new Error(`run ${k} threw ${describe(error)}`, { cause: error });
  }
  const json = JSON.stringify(outcome) as string | undefined;
  if (json === undefined || typeof outcome !== 'object' || outcome === null) {
    throw new Error(`run ${k} returned ${json ?? String(outcome)}, which is no outcome`);
  }
  return json;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function send(message: Message): void {
  process.send?.(message);
}
