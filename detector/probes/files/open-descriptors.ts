import { fstatSync, readdirSync, readlinkSync } from 'node:fs';

/** What of the file system tells of descriptors; given by tests, to be another system's. */
export interface DescriptorFiles {
  readdirSync(path: string): readonly string[];
  readlinkSync(path: string): string;
  fstatSync(fd: number): { readonly dev: number; readonly ino: number; isFile(): boolean };
}

/** The descriptors of this process, by what the system has to tell of them. */
export interface Descriptors {
  /** The numbers of all that are open, in order. */
  open(): number[];
  /** Device and inode, so that a number used again is not taken for the old file; nothing for what is not open. */
  identityOf(fd: number): string | undefined;
  /** The path of a file, or what the system says in its place. */
  nameOf(fd: number): string;
  /** Whether {@link Descriptors.nameOf} knows paths. */
  readonly hasNames: boolean;
  isRegularFile(fd: number): boolean;
}

/** Where Linux lists them, with their paths. */
const procList = '/proc/self/fd';
/** Where macOS does, and others that mount it. */
const deviceList = '/dev/fd';
/** So many numbers are asked for one by one where there is no list, and as many again as long as some are open. */
const block = 1024;

/**
 * Which way works is found out when it is first asked for: a list of the system, or number by number. Some have a
 * `/dev/fd` with the first three alone: it is taken if all that is open is in it.
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
    isRegularFile: (fd) => {
      try {
        return files.fstatSync(fd).isFile();
      } catch {
        return false;
      }
    },
  };
}

/** Those of this process, on this system. */
export const descriptors = descriptorsOf({
  readdirSync: (path) => readdirSync(path),
  readlinkSync: (path) => readlinkSync(path),
  fstatSync: (fd) => fstatSync(fd),
});
