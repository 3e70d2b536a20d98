import { chain } from '../../engine/intrinsics.ts';
import { lastActivity } from '../../origin/owner.ts';
import { watchThreads } from './busy-threads.ts';

// taken at load, before the program installs fake ones
const { setInterval, clearInterval } = globalThis;

/** The time in ms between looks for new activity. */
const tick = 100;

/** The types of resources whose work is done elsewhere: a program that waits for a child process isn't idle. */
const awaited = /^(?:ProcessWrap|.*ReqWrap|.*ReqCallback|.*Req|FSReq.*|.*Request|WriteWrap|ShutdownWrap)$/;

/**
 * Calls back each time the program was idle for `after` ms, no thread was busy, and no child process or request is awaited.
 *
 * Time is counted in ticks of a timer, so that a busy machine counts like an idle one.
 *
 * @returns a function that stops it
 */
export function whenQuiet(after: number, callback: () => Promise<void>): () => void {
  let seen = lastActivity();
  let since = 0;
  let isCalling = false;
  const isThreadBusy = watchThreads();
  const look = (): void => {
    if (isCalling) return;
    since += tick;
    const isAwaiting = process.getActiveResourcesInfo().some((type) => awaited.test(type));
    if (lastActivity() !== seen || isThreadBusy() || isAwaiting) since = 0;
    seen = lastActivity();
    if (since < after) return;
    // not again before something begins
    since = -Infinity;
    isCalling = true;
    void chain(callback(), () => {
      // the callback's work is none of the program's
      seen = lastActivity();
      isCalling = false;
    });
  };
  const timer = setInterval(look, tick);
  // only the program keeps the process alive
  timer.unref();
  return () => clearInterval(timer);
}
