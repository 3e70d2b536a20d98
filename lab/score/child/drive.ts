/** Runs a program with its lab, in whatever process a detector has made for it. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../contract.ts';
import { createLab } from '../../outside/lab-context.ts';
import { readJob, type ProgramEnd } from '../answer/job.ts';
import { createMailAsk } from './mail-ask.ts';

// taken at load, before the program installs fake ones
const { setImmediate, setTimeout } = globalThis;

type Run = (lab: Lab) => Promise<unknown>;

const job = readJob();
let neighboursRun = 0;
let timesAgain = 0;

/** Runs the program once, in the way of its axis, and reports its end to the scorer. */
export async function drive(run: Run): Promise<void> {
  const lab = createLab(job.lab.addresses, job.lab.scratch, createMailAsk(job.lab.mailbox));
  try {
    await arranged(() => run(lab));
    tell({ how: 'returned' });
  } catch (error) {
    tell({ how: 'threw', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    throw error;
  }
}

/** Runs the program once more, in a new scratch folder, for detectors that look at growth. */
export function driveAgain(run: Run): Promise<unknown> {
  timesAgain += 1;
  return run(labIn(`again-${timesAgain}`));
}

function labIn(name: string): Lab {
  const scratch = join(job.lab.scratch, name);
  mkdirSync(scratch);
  return createLab(job.lab.addresses, scratch, createMailAsk(job.lab.mailbox));
}

/** Runs a clean program of the catalogue beside the observed one. */
export async function driveNeighbour(run: Run): Promise<void> {
  await run(labIn(`neighbour-${neighboursRun}`));
  neighboursRun += 1;
  if (neighboursRun === job.neighbours.length) renameSync(`${job.done}.first`, job.done);
}

async function arranged(work: () => Promise<unknown>): Promise<void> {
  switch (job.axis) {
    case 'await-first':
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 5);
      });
      await work();
      return;
    case 'callback':
      await new Promise<void>((resolve, reject) => {
        setImmediate(() => {
          work().then(() => resolve(), reject);
        });
      });
      return;
    case 'plain':
    case 'several':
      await work();
  }
}

function tell(end: ProgramEnd): void {
  const isLast = job.axis !== 'several';
  const file = isLast ? job.done : `${job.done}.first`;
  writeFileSync(`${file}.part`, JSON.stringify(end));
  renameSync(`${file}.part`, file);
}
