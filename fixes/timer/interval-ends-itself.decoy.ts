/**
 * A light blinks five times, on an interval that no outside code ever clears.
 *
 * **Looks like a leak** A function starts an interval and returns no handle to it.
 *
 * **Is none because** The fifth blink clears the interval.
 */
import type { Outcome } from '../../lab/contract.ts';

function blink(times: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let light = '';
  const timer = setInterval(() => {
    light += '*';
    if (light.length < times) return;
    clearInterval(timer);
    resolve(light);
  }, 1);
  return promise;
}

export async function run(): Promise<Outcome> {
  return { light: await blink(5) };
}
