import { closeSync, createReadStream, openSync, unwatchFile, watch, watchFile } from 'node:fs';
import { open, opendir } from 'node:fs/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { closing, doNothing, type Resources } from '../resource.ts';

const file = import.meta.filename;
const packing = new Set<Gzip>();
let watched = 0;

export const files = {
  stream: {
    kind: 'fd',
    type: 'fs.open',
    at: 'stream',
    acquire() {
      const stream = createReadStream(file); // here: stream
      return async () => {
        stream.destroy();
        await closing(stream);
      };
    },
  },
  fileHandle: {
    kind: 'fd',
    type: 'FileHandle',
    at: 'file handle',
    acquire() {
      const opening = open(file); // here: file handle
      return async () => (await opening).close();
    },
  },
  descriptor: {
    kind: 'fd',
    type: 'fs.openSync',
    at: 'descriptor',
    acquire() {
      const fd = openSync(file, 'r'); // here: descriptor
      return () => closeSync(fd);
    },
  },
  directory: {
    kind: 'fd',
    type: 'Dir',
    at: 'directory',
    acquire() {
      const opening = opendir(import.meta.dirname); // here: directory
      return async () => (await opening).close();
    },
  },
  watcher: {
    kind: 'watcher',
    type: 'FSEVENTWRAP',
    at: 'watcher',
    acquire() {
      const watcher = watch(import.meta.dirname); // here: watcher
      return () => watcher.close();
    },
  },
  fileWatcher: {
    kind: 'watcher',
    type: 'STATWATCHER',
    at: 'file watcher',
    acquire() {
      watched += 1;
      // watchers of one path are one
      const path = `${file}-${watched}`;
      watchFile(path, doNothing); // here: file watcher
      return () => unwatchFile(path, doNothing);
    },
  },
  zlib: {
    kind: 'stream',
    type: 'ZLIB',
    at: 'zlib',
    acquire() {
      const gzip = createGzip(); // here: zlib
      packing.add(gzip);
      return () => {
        gzip.close();
        packing.delete(gzip);
      };
    },
  },
} as const satisfies Resources;
