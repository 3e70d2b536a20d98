/**
 * A build step runs in a shell with a time-out, and when the time is over the shell is killed.
 *
 * **What leaks** The process that the shell had started.
 *
 * **Why it survives** A signal goes to one process. The shell dies; what it was running is handed to the init
 * process and goes on, with the pipe of its output still open.
 *
 * **How it shows up** Machines of a CI fill up with compilers and servers of builds that ended long ago.
 *
 * **How to fix** Start the shell as the leader of a process group, and signal the group.
 *
 * **When this is not a leak** When the shell replaces itself with the command, as it does with one simple command
 * alone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Grandchild that survives the shell that was killed',
  stage: 'integration',
  grows: ['children'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node-v0.x-archive#1811'],
  hints: [
    'The shell is dead. Whose child is the command now?',
    '`kill` signals one process, not its descendants.',
    'Spawn it `detached`, and kill `-pid`.',
  ],
  node: '>=22',
} satisfies Pattern;

const server = `setInterval(() => {}, 1000); process.stdout.write('listening')`;

function startStep(): ChildProcess {
  // the second command keeps the shell from replacing itself with the first one
  const command = `"${process.execPath}" -e "${server}"; exit 0`;
  return spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'ignore'] }); // LEAK: process
}

function stopStep(step: ChildProcess): void {
  step.kill('SIGKILL');
}

export async function run(): Promise<Outcome> {
  const step = startStep();
  const output: unknown[] = step.stdout ? await once(step.stdout, 'data') : [];
  const ended = once(step, 'exit');
  stopStep(step);
  const [, signal] = (await ended) as [number | null, string | null];
  return { output: String(output[0]), signal };
}
