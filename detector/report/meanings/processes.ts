/** Meanings of child processes, threads and their ports. */
import { by, has, is, type MeaningRule } from './rule.ts';

export const processMeanings: readonly MeaningRule[] = [
  {
    when: is('orphan process'),
    why: 'a signal ends one process only: the processes that it started run on',
    fix: 'spawn the child detached and call process.kill(-child.pid) for its whole group, or have it end what it started',
  },
  {
    when: has(({ pipeOnly }) => pipeOnly === true),
    why: 'the child has exited, but what it wrote has not been read to the end, or another process holds its pipe',
    fix: "read the child's streams to their ends, or call destroy() on each of them",
  },
  {
    when: has(({ killed }) => killed === true),
    why: 'a signal asks a process to end, and this one handles the signal and runs on',
    fix: "call kill('SIGKILL') on the child if it does not exit after the first signal, and wait for its 'exit' event",
  },
  {
    when: has(({ connected }) => connected === true),
    why: 'a child that listens for messages runs until its channel is closed, and this process waits for it',
    fix: "call disconnect() on the child when the last message has come, or kill(), and wait for its 'exit' event",
  },
  {
    why: 'a child process runs until it exits or is killed, and this process waits for it',
    fix: "let the child end or call kill() on it, and wait for its 'exit' event",
  },
];

export const workerMeanings: readonly MeaningRule[] = [
  {
    why: 'a worker runs until nothing keeps its event loop busy or terminate() is called',
    fix: 'await terminate() on the worker, or have it close what it has open',
  },
];

export const portMeanings: readonly MeaningRule[] = [
  {
    when: by('node:internal/worker/io BroadcastChannel'),
    why: 'a BroadcastChannel receives each message until close() is called',
    fix: 'call close() on the channel when the work ends',
  },
  {
    why: 'a message port and its partner stay open until one of the two is closed',
    fix: 'call close() on one of the two ports',
  },
];
