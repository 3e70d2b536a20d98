/**
 * Tried: the output of the step is closed when the shell is killed.
 *
 * **Still leaks because** the command only notices that its reader is gone when it writes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

const server = `setInterval(() => {}, 1000); process.stdout.write('listening')`;

function startStep(): ChildProcess {
  // the second command keeps the shell from replacing itself with the first
  const command = `"${process.execPath}" -e "${server}"; exit 0`;
  return spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'ignore'] }); // LEAK: process
}

function stopStep(step: ChildProcess): void {
  step.kill('SIGKILL');
  step.stdout?.destroy(); // TRIED: the command loses its reader
}

export async function run(): Promise<Outcome> {
  const step = startStep();
  const output: unknown[] = step.stdout ? await once(step.stdout, 'data') : [];
  const ended = once(step, 'exit');
  stopStep(step);
  const [, signal] = (await ended) as [number | null, string | null];
  return { output: String(output[0]), signal };
}
