/**
 * Common work of every measured child: imports one program, runs it repeatedly, and reads itself after every stage.
 * The child has an IPC channel, a pipe for standard error, and a {@link Task} as JSON in its only argument. When
 * done, it waits for the kill.
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

/** Orders of a measured child. */
export interface Task {
  /** Absolute path of the program. */
  readonly file: string;
  /** An empty folder; every run gets a folder inside it. */
  readonly scratch: string;
  readonly addresses: Addresses;
  /** Numbers of runs after which the child reads itself; it ends with the last. */
  readonly stages: readonly number[];
}

/** Means by which a child reads itself. */
export interface Observer {
  /** Waits for rest, collects garbage, and reads. */
  observe(k: number): Promise<Reading>;
  /** Waits until nothing has changed for `quiet` ms, at most `most` ms. */
  waitUntilUnchanged(quiet: number, most: number): Promise<void>;
  /** Called after the first run, when the program's modules are loaded. */
  afterFirstRun?(): void;
}

/** Wait, in ms, before a growth counts: until it has been `quiet` for so long, at most `most`. */
const patience = { quiet: 700, most: 3000 };

/**
 * Does the task of this process, and reports failures to the prover.
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
  // a program may wait for something that doesn't keep the loop alive, but its caller does
  setInterval(() => {}, 60_000);
  // without the prover, only this child can end its group
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
      // a resource that is slow to end is no leak
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

/** Runs the program once. @returns the outcome as JSON: the object itself must not outlive the run */
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
