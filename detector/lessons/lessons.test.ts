import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setInterval as ticks, setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { lessonsOf, type UnseenProgram } from '../fixtures/unseen-program.ts';
import { doNothing } from '../fixtures/left-by.ts';

const shutdown = new AbortController();
const kept: unknown[] = [];

const programs: Readonly<Record<string, UnseenProgram>> = {
  'a heartbeat of a session': {
    run: (after) => {
      class Session {
        readonly heartbeat = setInterval(doNothing, 1000);
      }
      const session = new Session();
      after(() => clearInterval(session.heartbeat));
    },
    lesson: 'timer/interval-never-cleared',
  },
  'an interval that is asked once, by hand': {
    run: (after) => {
      const end = new AbortController();
      after(() => end.abort());
      const clock = ticks(1000, undefined, { signal: end.signal })[Symbol.asyncIterator]();
      clock.next().catch(doNothing);
    },
    lesson: 'timer/abandoned-promises-interval',
  },
  'a loop over an interval that never ends': {
    run: (after) => {
      const end = new AbortController();
      after(() => end.abort());
      void (async () => {
        for await (const _ of ticks(1000, undefined, { signal: end.signal })) doNothing();
      })().catch(doNothing);
    },
    lesson: undefined,
  },
  'a deadline that stays after its work': {
    run: (after) => {
      const deadline = new AbortController();
      const timer = setTimeout(() => {
        deadline.abort();
      }, 60_000);
      after(() => clearTimeout(timer));
    },
    lesson: 'timer/abort-timer-kept-after-response',
  },
  'a race against a time limit': {
    run: async (after) => {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('too late')), 60_000);
      });
      after(() => clearTimeout(timer));
      await Promise.race([Promise.resolve('in time'), limit]);
    },
    lesson: 'timer/race-loser-timer',
  },
  'a save that is put off': {
    run: (after) => {
      const timer = setTimeout(doNothing, 60_000);
      after(() => clearTimeout(timer));
    },
    lesson: undefined,
  },
  'a retry that pauses and can not be told to stop': {
    run: () => {
      void pause(3000);
    },
    lesson: 'missing-abort/poll-deaf-until-news',
  },
  'a retry whose signal is never aborted': {
    run: (after) => {
      const stop = new AbortController();
      after(() => stop.abort());
      pause(60_000, undefined, { signal: stop.signal }).catch(doNothing);
    },
    lesson: undefined,
  },
  'a task that listens for the shutdown': {
    run: (after) => {
      shutdown.signal.addEventListener('abort', doNothing);
      after(() => shutdown.signal.removeEventListener('abort', doNothing));
    },
    lesson: 'missing-abort/abort-listeners-pile-up',
  },
  'a handler of a signal of the process': {
    run: (after) => {
      process.on('SIGUSR2', doNothing);
      after(() => process.off('SIGUSR2', doNothing));
    },
    lesson: undefined,
  },
  'a wait for an event whose emitter is gone': {
    run: () => {
      void (async () => {
        await once(new EventEmitter(), 'ready');
      })();
    },
    lesson: 'waitgroup/once-never-fires',
  },
  'a reply that stays in a table': {
    run: () => {
      void (async () => {
        await new Promise((resolve) => kept.push(resolve));
      })();
    },
    lesson: undefined,
  },
  'a child that sleeps': {
    run: (after) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      after(async () => {
        child.kill();
        await once(child, 'exit');
      });
    },
    lesson: undefined,
  },
};

test.each(Object.entries(programs))('%s', async (_, program) => {
  expect(await lessonsOf(program)).toEqual([...(program.besides ?? []), program.lesson]);
});
