import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../shared/error-message.ts';

/**
 * A folder of this process alone, as another one may score at the same time. Those of processes that were killed go,
 * and with them what these had started and could not end any more.
 */
export function workFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const [, pid] = /^score-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    endOrphans(join(folder, name));
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(folder, `score-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // it is there, and another's
    return codeOf(error) === 'EPERM';
  }
}

/** Runs are started in folders of their own, so whoever is in one belongs to it. Only Linux tells who is where. */
function endOrphans(folder: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // gone by now, or not ours to look at
    }
  }
}
