import { closeSync, fstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { descriptors, descriptorsOf, type DescriptorFiles } from './open-descriptors.ts';
import { UnseenFileProbe } from './unseen-files.ts';

/** Returns another system, with its open descriptors and the folders that list them. */
function system(
  open: readonly number[],
  lists: Readonly<Record<string, readonly string[]>> = {},
): DescriptorFiles {
  return {
    readdirSync: (path) => {
      const list = lists[path];
      if (!list) throw new Error(`ENOENT: no such file or directory, scandir '${path}'`);
      return list;
    },
    readlinkSync: (path) => {
      if (!path.startsWith('/proc/') || !lists['/proc/self/fd']) throw new Error('EINVAL: invalid argument');
      return `/files/${path.split('/').at(-1)}`;
    },
    fstatSync: (fd) => {
      if (!open.includes(fd)) throw new Error('EBADF: bad file descriptor');
      return { dev: 1, ino: 100 + fd, isFile: () => true, isDirectory: () => false };
    },
  };
}

const many = Array.from({ length: 1500 }, (_, fd) => fd);

test.each<{ name: string; files: DescriptorFiles; open: readonly number[]; path: string; hasNames: boolean }>(
  [
    {
      name: 'linux lists them in /proc, with paths',
      files: system([0, 1, 7], { '/proc/self/fd': ['7', '0', '1'], '/dev/fd': ['0', '1', '7'] }),
      open: [0, 1, 7],
      path: '/files/7',
      hasNames: true,
    },
    {
      name: 'macOS lists them in /dev/fd, without paths',
      files: system([0, 1, 7], { '/dev/fd': ['0', '1', '7'] }),
      open: [0, 1, 7],
      path: 'descriptor 7',
      hasNames: false,
    },
    {
      name: 'a list with the first three alone is not used',
      files: system([0, 1, 2, 7], { '/dev/fd': ['0', '1', '2'] }),
      open: [0, 1, 2, 7],
      path: 'descriptor 7',
      hasNames: false,
    },
    {
      name: 'Windows lists nothing: each number is asked for, beyond the first thousand as well',
      files: system(many),
      open: many,
      path: 'descriptor 7',
      hasNames: false,
    },
  ],
)('$name', ({ files, open, path, hasNames }) => {
  const there = descriptorsOf(files);
  expect({ open: there.open(), path: there.nameOf(7), hasNames: there.hasNames }).toEqual({
    open,
    path,
    hasNames,
  });
  expect([there.identityOf(1), there.identityOf(5000)]).toEqual(['1:101', undefined]);
});

test('this system has the same descriptors open number by number as by its list', () => {
  const fd = openSync(import.meta.filename, 'r');
  const byNumber = descriptorsOf({
    readdirSync: () => {
      throw new Error('ENOENT');
    },
    readlinkSync: (path) => readlinkSync(path),
    fstatSync: (each) => fstatSync(each),
  });
  // the list has the descriptor by which it was read
  const listed = descriptors.open().filter((each) => descriptors.identityOf(each) !== undefined);
  expect(byNumber.open()).toEqual(listed);
  expect(listed).toContain(fd);
  expect(readdirSync('/proc/self/fd').map(Number)).toContain(fd);
  closeSync(fd);
  expect(byNumber.open()).not.toContain(fd);
});

test('unseen files are looked for only where descriptors have names', () => {
  const known = {
    isKnown: () => false,
    paths: () => [],
    folders: () => [],
    hasWorkers: () => false,
    isBusy: () => false,
  };
  const everything = { includes: () => true, suspect: () => {} };
  const unsureOn = (open: number[], lists: Readonly<Record<string, readonly string[]>>): boolean => {
    const numbers = [...open];
    const files = system(numbers, lists);
    const probe = new UnseenFileProbe(known, descriptorsOf(files));
    probe.began('full');
    numbers.push(9);
    for (const list of Object.values(lists)) (list as string[]).push('9');
    const isUnsure = probe.isUnsure;
    probe.left(everything);
    return isUnsure;
  };
  expect(unsureOn([0], { '/proc/self/fd': ['0'] })).toBe(true);
  expect(unsureOn([0], { '/dev/fd': ['0'] })).toBe(false);
  expect(unsureOn([0], {})).toBe(false);
});
