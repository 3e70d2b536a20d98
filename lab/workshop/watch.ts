import { watch as watchFolder, type FSWatcher } from 'node:fs';
import { emitKeypressEvents } from 'node:readline';
import { exerciseFolder, progressOf } from './learner/folder.ts';
import { openSandbox } from './judge/sandbox-run.ts';
import { check, Checking } from './learner/checking.ts';
import { list, next, resume } from './learner/progress.ts';
import { hint } from './learner/help.ts';
import type { Session, Reply } from './learner/session.ts';
import { UsageError } from '../shared/usage-error.ts';

/** An editor writes a file in more than one go. */
const settleMs = 150;

const keys = 'keys: enter checks, h hint, n next, l list, q quit';

/**
 * Checks the exercise at hand at each save, until `q` or Ctrl+C. It does not move on by itself.
 *
 * @param print prints each reply
 * @returns the exit code: 0 if the current exercise is done
 */
export async function watchExercise(session: Session, print: (reply: Reply) => void): Promise<number> {
  const sandbox = await openSandbox();
  const checking = new Checking(sandbox);
  const isTerminal = process.stdin.isTTY;
  const done = Promise.withResolvers<void>();
  let watcher: FSWatcher | undefined;
  let settling: NodeJS.Timeout | undefined;
  // one command after the other; a save meanwhile is checked once more
  let queue = Promise.resolve();
  let isDue = false;
  const enqueue = (work: () => Promise<Reply> | Reply): void => {
    queue = queue.then(async () => {
      try {
        print(await work());
      } catch (error) {
        if (!(error instanceof UsageError)) return done.reject(error);
        print({ lines: [error.message, `next: ${error.next}`], json: {}, holds: false });
      }
    });
  };
  const checkSoon = (): void => {
    if (isDue) return;
    isDue = true;
    enqueue(() => {
      isDue = false;
      return check(session, checking);
    });
  };
  const follow = (): void => {
    watcher?.close();
    const folder = exerciseFolder(session.workshop, progressOf(session.workshop));
    watcher = watchFolder(folder, (_event, name) => {
      if (name === null || !name.endsWith('.ts')) return;
      clearTimeout(settling);
      settling = setTimeout(checkSoon, settleMs);
    });
    watcher.on('error', (error) => done.reject(error));
  };
  const press = (_text: string | undefined, key: { name?: string; ctrl?: boolean }): void => {
    if (key.name === 'q' || (key.ctrl && key.name === 'c')) done.resolve();
    else if (key.name === 'return') checkSoon();
    else if (key.name === 'h') enqueue(() => hint(session));
    else if (key.name === 'l') enqueue(() => list(session));
    else if (key.name === 'n')
      enqueue(async () => {
        const reply = await next(session);
        follow();
        return reply;
      });
  };
  const stop = (): void => done.resolve();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  if (isTerminal) {
    emitKeypressEvents(process.stdin);
    process.stdin.setRawMode(true).resume().on('keypress', press);
  }
  try {
    enqueue(async () => {
      const reply = await resume(session);
      follow();
      return { ...reply, lines: [...reply.lines, ...(isTerminal ? ['', keys] : [])] };
    });
    await done.promise;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    if (isTerminal) process.stdin.off('keypress', press).setRawMode(false).pause();
    watcher?.close();
    clearTimeout(settling);
    await sandbox.close();
  }
  return progressOf(session.workshop).phase === 'done' ? 0 : 1;
}
