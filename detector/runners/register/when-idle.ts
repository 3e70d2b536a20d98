import { lastActivity } from '../../origin/owner.ts';

// taken at load, before the program installs fake ones
const { setInterval, clearInterval } = globalThis;

/** The time in ms between looks for new activity. */
const tick = 100;

/** The types of resources whose work is done elsewhere: a program that waits for a child process isn't idle. */
const awaited =
  /^(?:ProcessWrap|Worker|.*ReqWrap|.*ReqCallback|.*Req|FSReq.*|.*Request|WriteWrap|ShutdownWrap)$/;

/**
 * Calls back when the program was idle for `after` ms, and no child process, thread or request is awaited.
 *
 * Time is counted in ticks of a timer, so that a busy machine counts like an idle one.
 *
 * @returns a function that stops it
 */
export function whenQuiet(after: number, callback: () => void): () => void {
  let seen = lastActivity();
  let since = 0;
  const timer = setInterval(() => {
    since += tick;
    if (lastActivity() !== seen || process.getActiveResourcesInfo().some((type) => awaited.test(type)))
      since = 0;
    seen = lastActivity();
    if (since < after) return;
    clearInterval(timer);
    callback();
  }, tick);
  // only the program keeps the process alive
  timer.unref();
  return () => clearInterval(timer);
}
