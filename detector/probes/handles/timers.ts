import { getProperty, setProperty } from '../../engine/intrinsics.ts';
/** Node's timers, by their own properties (lib/internal/timers.js): there is no public way to ask. */
import type { Facts } from '../../finding.ts';

/** Returns the facts of a timer, as Node keeps them. */
export function factsOfTimer(timer: object): Facts {
  const ms = '_idleTimeout' in timer ? timer._idleTimeout : undefined;
  const repeat = '_repeat' in timer ? timer._repeat : undefined;
  return {
    ...(typeof ms === 'number' && { ms }),
    ...(repeat !== undefined && { repeats: repeat !== null }),
    ...('hasRef' in timer && typeof timer.hasRef === 'function' && { ref: timer.hasRef() === true }),
  };
}

/** Reports whether a timer is over; true also for a timer whose callback exits the process. */
export function isFired(timer: object): boolean {
  if ('_destroyed' in timer && timer._destroyed === true) return true;
  const isListed = !('_idleNext' in timer) || timer._idleNext !== null;
  return !isListed && '_repeat' in timer && timer._repeat === null;
}

/** Reports whether a timer was cleared, also after it fired. */
export function isCleared(timer: object): boolean {
  const isUnrolled = '_idleTimeout' in timer && timer._idleTimeout === -1;
  return isUnrolled || ('_onTimeout' in timer && !timer._onTimeout);
}

/**
 * Returns the ms until a timer is due; undefined for an interval, and for a timer that is over.
 *
 * @param time the time of the event loop
 */
export function timeLeft(timer: object, time: number | undefined): number | undefined {
  if (time === undefined || isFired(timer) || ('_repeat' in timer && timer._repeat !== null))
    return undefined;
  if (!('_idleStart' in timer) || !('_idleTimeout' in timer)) return undefined;
  const { _idleStart: start, _idleTimeout: ms } = timer;
  return typeof start === 'number' && typeof ms === 'number' && ms >= 0 ? start + ms - time : undefined;
}

/**
 * Reports whether a timer's callback sets a variable to nothing, as one does that forgets its own timer.
 *
 * Once it has fired, clean-up has nothing to clear, and it is unknown whether it would have cleared the timer.
 */
export function forgetsItself(timer: object): boolean {
  const callback: unknown = '_onTimeout' in timer ? timer._onTimeout : undefined;
  return typeof callback === 'function' && forgetting.test(Function.prototype.toString.call(callback));
}

const forgetting = /[^=!<>]=\s*(?:undefined|null|void 0)\b/;

/**
 * Keeps an unref'd timer or immediate from calling back.
 *
 * @returns a function that lets it call back again, also for the time that it missed; undefined for any other handle
 */
export function hold(timer: object): (() => void) | undefined {
  if (!('hasRef' in timer && typeof timer.hasRef === 'function' && timer.hasRef() === false))
    return undefined;
  const key = '_onTimeout' in timer ? '_onTimeout' : '_onImmediate';
  const callback: unknown = getProperty(timer, key);
  if (typeof callback !== 'function' || isFired(timer)) return undefined;
  let isMissed = false;
  const held = (): void => {
    isMissed = true;
  };
  setProperty(timer, key, held);
  return () => {
    // the program may have cleared it meanwhile
    if (getProperty(timer, key) === held) setProperty(timer, key, callback);
    if (!isMissed || !('_repeat' in timer) || timer._repeat !== null) return;
    if ('refresh' in timer && typeof timer.refresh === 'function') timer.refresh();
  };
}
