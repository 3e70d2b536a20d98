import { fstatSync, readdirSync, readlinkSync } from 'node:fs';

/** The numbers of all descriptors that the process has open. */
export function openDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    // macOS and Windows have no /proc: ask number by number
    const open: number[] = [];
    for (let fd = 0; fd < 1024; fd += 1) if (identityOf(fd) !== undefined) open.push(fd);
    return open;
  }
}

/** Device and inode, so that a number used again is not taken for the old file. */
export function identityOf(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** The path of a file, or what the system says in its place. */
export function nameOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return `descriptor ${fd}`;
  }
}
