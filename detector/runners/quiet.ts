import { lastActivity } from '../owner.ts';

// taken at load, before the program installs fake ones
const { setInterval, clearInterval } = globalThis;

/** How often, in ms, it is asked whether something new was made. */
const tick = 100;

/** What is waited for elsewhere: a program that waits for its child process is at work. */
const awaited =
  /^(?:ProcessWrap|Worker|.*ReqWrap|.*ReqCallback|.*Req|FSReq.*|.*Request|WriteWrap|ShutdownWrap)$/;

/**
 * Calls back when nothing new was made for so long, in ms by turns of the event loop: on a busy machine they come
 * late, and count as on an idle one. While a child process, a thread or a request is waited for, it is not quiet.
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
  // only the program is to keep the process alive
  timer.unref();
  return () => clearInterval(timer);
}
