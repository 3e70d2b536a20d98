/** Meanings of streams, files, folders and watchers. */
import { by, has, is, type MeaningRule } from './rule.ts';

export const streamMeanings: readonly MeaningRule[] = [
  {
    when: is('ZLIB'),
    why: 'a zlib stream keeps its native memory until it ends or close() is called',
    fix: 'end the stream and read it to its end, or call close() on it',
  },
  {
    when: is('ReadableStream branch'),
    why: 'a branch of tee() or clone() keeps every chunk that the other branch has read until it is read or cancelled too',
    fix: 'read this branch to its end, or call cancel() on it',
  },
  {
    when: is('ReadableStream reader', 'ReadableStream iterator'),
    why: 'the stream stays locked, and keeps its queued chunks, until its reader ends, is cancelled or releases the lock',
    fix: 'call cancel() or releaseLock() on the reader, or return() on the iterator',
  },
  {
    when: is('WritableStream writer'),
    why: 'the stream stays locked until its writer closes it, aborts it or releases the lock',
    fix: 'call close(), abort() or releaseLock() on the writer',
  },
  { why: 'a stream keeps its buffers until it ends or is destroyed' },
];

export const fdMeanings: readonly MeaningRule[] = [
  {
    when: by('node:fs createReadStream'),
    why: 'a file stream opens its file at once, and closes it only at its end, on an error or when destroyed',
    fix: 'read the stream to its end, or call destroy() on it on every path, as stream.pipeline() does',
  },
  {
    when: by('node:fs createWriteStream'),
    why: 'a file stream opens its file at once, and closes it only after end(), on an error or when destroyed',
    fix: 'call end() or destroy() on the stream on every path, as stream.pipeline() does',
  },
  {
    when: is('FileHandle'),
    why: 'a FileHandle keeps its descriptor until close() is called',
    fix: 'call close() on the FileHandle in a finally block, or declare it with await using',
  },
  {
    when: is('Dir'),
    why: 'an open directory keeps its descriptor until close() is called or for await reads it to its end',
    fix: 'call close() on the directory in a finally block, or read it with for await',
  },
  {
    when: is('fs.open', 'fs.openSync'),
    why: 'a file descriptor stays open until it is passed to fs.close() or fs.closeSync()',
    fix: 'pass the descriptor to fs.close() or fs.closeSync() in a finally block',
  },
  {
    when: has(({ path }, type) => type === 'descriptor' && path !== undefined),
    why: 'the operating system keeps it open until the program closes it; it was opened by native code, or by a function that the program took from Node before leaklab was loaded, so its line is not known',
    fix: 'close it; for its line, load leaklab before the modules that open files, as node --import does',
  },
  { why: 'the operating system keeps the descriptor open until the program closes it' },
];

export const folderMeanings: readonly MeaningRule[] = [
  {
    when: is('mkdtempDisposableSync'),
    why: 'a temporary folder stays on the disk, with its files, until the program removes it',
    fix: 'declare the folder with using, or call remove() on it in a finally block',
  },
  {
    when: is('mkdtempDisposable'),
    why: 'a temporary folder stays on the disk, with its files, until the program removes it',
    fix: 'declare the folder with await using, or await remove() on it in a finally block',
  },
  {
    why: 'a temporary folder stays on the disk, with its files, until the program removes it',
    fix: 'pass its path to fs.rm() or fs.rmSync() in a finally block, with { recursive: true, force: true }',
  },
];

export const watcherMeanings: readonly MeaningRule[] = [
  {
    when: is('STATWATCHER'),
    why: 'watchFile() checks the file again and again until unwatchFile() is called',
    fix: 'call unwatchFile() with the same path and listener',
  },
  {
    when: is('FSEVENTWRAP'),
    why: 'a watcher reports changes until close() is called',
    fix: 'call close() on the watcher, or pass a signal to watch() and abort it',
  },
  { why: 'a watcher reports changes until it is closed' },
];
