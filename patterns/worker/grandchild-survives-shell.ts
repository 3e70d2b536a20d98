/**
 * A build step runs in a shell with a time-out, and the time-out kills the shell.
 *
 * **What leaks** The process that the shell started.
 *
 * **Why it survives** A signal goes to one process. The shell dies; its command becomes a child of the init process
 * and goes on, with its output pipe still open.
 *
 * **How it shows up** CI machines fill up with compilers and servers of builds that ended long ago.
 *
 * **How to fix** Start the shell as the leader of a process group, and signal the group.
 *
 * **When this is not a leak** When the shell replaces itself with the command, as shells do for a single simple
 * command.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Shell killed, its command still running',
  stage: 'integration',
  grows: ['children'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node-v0.x-archive#1811'],
  hints: [
    'The shell is dead. Which process is the parent of the command now?',
    '`kill` signals one process, not its descendants.',
    'Spawn the shell `detached`, and kill `-pid`.',
  ],
  node: '>=22',
} satisfies Pattern;

const server = `setInterval(() => {}, 1000); process.stdout.write('listening')`;

function startStep(): ChildProcess {
  // the second command keeps the shell from replacing itself with the first
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
