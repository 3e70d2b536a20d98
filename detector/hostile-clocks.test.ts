/** Clocks that tests install: what they hold is no resource of the process, and a check waits on the real one. */
import { install } from '@sinonjs/fake-timers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { leftBy, nothing, only, placesIn } from './fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const real = { setInterval, clearInterval };
const left: NodeJS.Timeout[] = [];
afterEach(() => {
  for (const timer of left.splice(0)) real.clearInterval(timer);
});

function pollForReal(): void {
  left.push(real.setInterval(() => {}, 60_000)); // here: real
}

const clocks = {
  "vitest's": () => {
    vi.useFakeTimers();
    return () => void vi.useRealTimers();
  },
  "sinon's": () => {
    const clock = install();
    return () => clock.uninstall();
  },
};

describe.each(Object.entries(clocks))('a clock of %s', (_whose, standStill) => {
  test('is installed in the scope and taken away again', async () => {
    const report = await leftBy(() => {
      const goOn = standStill();
      setInterval(() => {}, 60_000);
      goOn();
    });
    expect(report).toEqual(nothing);
  });

  test('stands still during the check: a real timer is told, its own are none', async () => {
    let goOn: (() => void) | undefined;
    const report = await leftBy(() => {
      goOn = standStill();
      setInterval(() => {}, 60_000);
      setTimeout(() => {}, 60_000);
      pollForReal();
    });
    goOn?.();
    expect(report).toEqual(only({ kind: 'timer', type: 'Timeout', at: at('real', 'pollForReal') }));
  });

  test('was installed before the scope', async () => {
    const goOn = standStill();
    const report = await leftBy(pollForReal);
    goOn();
    expect(report).toEqual(only({ kind: 'timer', type: 'Timeout', at: at('real', 'pollForReal') }));
  });
});
