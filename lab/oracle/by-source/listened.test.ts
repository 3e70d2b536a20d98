import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchListeners } from './listened.ts';

class Bus extends EventEmitter {}
class Signal_ extends EventTarget {}

it('counts listeners on what is alive', async () => {
  const listeners = watchListeners();
  const own = (): object =>
    Object.fromEntries(Object.entries(listeners()).filter(([name]) => /Bus|Signal_/.test(name)));
  const bus = new Bus();
  const target = new Signal_();
  const listener = (): void => {};
  bus.on('row', listener).once('close', listener);
  target.addEventListener('change', listener);
  target.addEventListener('change', () => {}, { once: true });
  const forget = (): void => void new Bus().on('row', listener);
  forget();
  await turn();
  gc?.();
  expect(own()).toEqual({
    'listeners Bus row': 1,
    'listeners Bus close': 1,
    'listeners Signal_ change': 2,
  });
  bus.emit('close');
  bus.off('row', listener);
  target.dispatchEvent(new Event('change'));
  expect(own()).toEqual({ 'listeners Signal_ change': 1 });
});
