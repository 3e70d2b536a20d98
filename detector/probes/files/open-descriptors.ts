import { fstatSync, readdirSync, readlinkSync } from 'node:fs';

/** The parts of `node:fs` that show descriptors; tests pass those of another system. */
export interface DescriptorFiles {
  readdirSync(path: string): readonly string[];
  readlinkSync(path: string): string;
  fstatSync(fd: number): {
    readonly dev: number;
    readonly ino: number;
    isFile(): boolean;
    isDirectory(): boolean;
  };
}

/** The descriptors of a process, as far as its system shows them. */
export interface Descriptors {
  /** Returns the numbers of all open descriptors, in order. */
  open(): number[];
  /** Returns the device and inode, which tell a reused number from the old file; undefined if it is closed. */
  identityOf(fd: number): string | undefined;
  /** Returns the path of a file, or the system's name for another descriptor. */
  nameOf(fd: number): string;
  /** True if {@link Descriptors.nameOf} knows paths. */
  readonly hasNames: boolean;
  /** Reports whether a regular file or a folder is open, and no socket, pipe or device. */
  isFileOrFolder(fd: number): boolean;
}

/** The folder in which Linux lists descriptors, with their paths. */
const procList = '/proc/self/fd';
/** The folder in which macOS and some other systems list descriptors, without paths. */
const deviceList = '/dev/fd';
/** The numbers that are tried at a time where there is no list; a further block follows while some are open. */
const block = 1024;

/**
 * Returns the descriptors of a system, read from its list or number by number.
 *
 * The first call finds out which way works. Some systems have a `/dev/fd` with the first three only, so that list is
 * taken only if every open descriptor is in it.
 */
export function descriptorsOf(files: DescriptorFiles): Descriptors {
  let list: string | false | undefined;

  const identityOf = (fd: number): string | undefined => {
    try {
      const { dev, ino } = files.fstatSync(fd);
      return `${dev}:${ino}`;
    } catch {
      return undefined;
    }
  };
  const asked = (): number[] => {
    const open: number[] = [];
    for (let from = 0, before = -1; open.length > before; from += block) {
      before = open.length;
      for (let fd = from; fd < from + block; fd += 1) if (identityOf(fd) !== undefined) open.push(fd);
    }
    return open;
  };
  const listed = (path: string): number[] =>
    files
      .readdirSync(path)
      .map(Number)
      .filter((fd) => Number.isSafeInteger(fd));
  const findList = (): string | false => {
    if (isThere(procList)) return procList;
    // another thread may have closed one meanwhile
    const isWhole = (told: readonly number[]): boolean =>
      asked().every((fd) => told.includes(fd) || identityOf(fd) === undefined);
    return isThere(deviceList) && isWhole(listed(deviceList)) ? deviceList : false;
  };
  const isThere = (path: string): boolean => {
    try {
      return listed(path).length > 0;
    } catch {
      return false;
    }
  };

  return {
    open: () => {
      list ??= findList();
      return list === false ? asked() : listed(list).toSorted((a, b) => a - b);
    },
    identityOf,
    nameOf: (fd) => {
      try {
        return files.readlinkSync(`${procList}/${fd}`);
      } catch {
        return `descriptor ${fd}`;
      }
    },
    get hasNames() {
      list ??= findList();
      return list === procList;
    },
    isFileOrFolder: (fd) => {
      try {
        const about = files.fstatSync(fd);
        return about.isFile() || about.isDirectory();
      } catch {
        return false;
      }
    },
  };
}

/** The descriptors of this process. */
export const descriptors = descriptorsOf({
  readdirSync: (path) => readdirSync(path),
  readlinkSync: (path) => readlinkSync(path),
  fstatSync: (fd) => fstatSync(fd),
});
