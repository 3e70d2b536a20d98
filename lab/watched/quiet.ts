import { lastActivity } from '../../detector/internal.ts';

// taken at load, before the program installs fake ones
const { setInterval, clearInterval } = globalThis;

/** Interval, in ms, between two looks at the program's activity. */
const tick = 50;

export interface Limits {
  /** Limit in ms, counted in turns of the event loop: a busy machine, whose turns come late, counts as an idle one. */
  readonly patience: number;
  /** Time without a new resource, in ms, after which the program is quiet; default the patience. */
  readonly quietAfter?: number;
  /** Called at the start and at every turn with the ms of patience that remain. */
  readonly onTick?: (left: number) => void;
}

/**
 * Resolves with the work's value, or with `quiet`. Quiet means that the event loop is empty, that no new resource
 * was made for `quietAfter`, or that the patience is used up.
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
    // the program alone keeps the process alive
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
