import { expect, test } from 'vitest';
import { bornNow } from './target-births.ts';
import { doNothing, leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const ofSignal = {
  kind: 'listener',
  type: 'AbortSignal',
  evidence: 'attached',
  detail: "'abort' of AbortSignal",
} as const;

test("a signal made for a scope's work is as young as that work, and so is one of it and a younger one", async () => {
  const { signal } = new AbortController();
  const report = await leftBy(() => {
    bornNow(signal);
    signal.addEventListener('abort', doNothing);
    AbortSignal.any([signal, new AbortController().signal]).addEventListener('abort', doNothing);
  });
  expect(report).toEqual(nothing);
});

test('a signal of it and of an older one is as old as the older', async () => {
  const shutdown = new AbortController();
  const { signal } = new AbortController();
  function subscribe(): void {
    bornNow(signal);
    AbortSignal.any([signal, shutdown.signal]).addEventListener('abort', doNothing); // here: older
  }
  expect(await leftBy(subscribe)).toEqual(only({ ...ofSignal, at: at('older', 'subscribe') }));
});
