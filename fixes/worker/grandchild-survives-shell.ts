/** Fixed: the whole group of the shell is killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

const server = `setInterval(() => {}, 1000); process.stdout.write('listening')`;

function startStep(): ChildProcess {
  // the second command keeps the shell from replacing itself with the first
  const command = `"${process.execPath}" -e "${server}"; exit 0`;
  // FIX: the shell leads a new process group
  return spawn(command, { shell: true, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
}

function stopStep(step: ChildProcess): void {
  if (step.pid !== undefined) process.kill(-step.pid, 'SIGKILL'); // FIX: kills the group
}

export async function run(): Promise<Outcome> {
  const step = startStep();
  const output: unknown[] = step.stdout ? await once(step.stdout, 'data') : [];
  const ended = once(step, 'exit');
  stopStep(step);
  const [, signal] = (await ended) as [number | null, string | null];
  return { output: String(output[0]), signal };
}
