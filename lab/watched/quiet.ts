import { lastActivity } from '../../detector/internal.ts';

// taken at load, before the program installs fake ones
const { setInterval, clearInterval } = globalThis;

/** How often, in ms, it is asked whether something new was made. */
const tick = 50;

export interface Limits {
  /** How long it may take, in ms, by turns of the event loop: on a busy machine they come late, and count as on an idle one. */
  readonly patience: number;
  /** Over when nothing new was made for so long, in ms; default as long as the patience. */
  readonly quietAfter?: number;
  /** Told at the start and at every turn: how many ms of the patience are left. */
  readonly onTick?: (left: number) => void;
}

/**
 * What the work gives; or `quiet`, when the event loop is empty, when nothing new was made for so long, or when
 * the patience is used up.
 */
export function untilQuiet<Value>(
  work: () => Promise<Value>,
  { patience, quietAfter = patience, onTick }: Limits,
): Promise<Value | 'quiet'> {
  return new Promise((resolve, reject) => {
    let seen = lastActivity();
    let since = 0;
    let spent = 0;
    const timer = setInterval(() => {
      spent += tick;
      since += tick;
      onTick?.(Math.max(patience - spent, 0));
      if (lastActivity() !== seen) since = 0;
      seen = lastActivity();
      if (since >= quietAfter || spent >= patience) beQuiet();
    }, tick);
    // only the program is to keep the process alive
    timer.unref();
    const stop = (): void => {
      clearInterval(timer);
      process.off('beforeExit', beQuiet);
    };
    const beQuiet = (): void => {
      stop();
      resolve('quiet');
    };
    process.on('beforeExit', beQuiet);
    onTick?.(patience);
    work().finally(stop).then(resolve, reject);
  });
}
