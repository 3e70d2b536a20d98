import { deepEqual } from 'node:assert/strict';
import { io } from 'socket.io-client';
import type { PackageLab, PackageProgram } from '../package-lab.ts';

export const program = { service: 'socket-io' } satisfies PackageProgram;

export async function run({ close, port }: PackageLab): Promise<void> {
  const game = io(`http://127.0.0.1:${port}`); // LEAK: socket
  const replies: unknown[] = [];
  for (const guess of [3, 9]) replies.push(await game.timeout(5000).emitWithAck('guess', guess));
  deepEqual(replies, ['higher', 'lower']);
  if (close) game.disconnect();
}
