// environments: jsdom, happy-dom
/** A document: listeners on what outlives a test, and elements that don't. */
import { afterEach, expect, test } from 'vitest';

afterEach(() => {
  document.body.replaceChildren();
});

test('listens on its own element', () => {
  const button = document.createElement('button');
  button.addEventListener('click', () => {});
  document.body.append(button);
  button.click();
});
test('stops to listen', () => {
  const resize = (): void => {};
  window.addEventListener('resize', resize);
  window.removeEventListener('resize', resize);
});
test('listens once', () => {
  let calls = 0;
  window.addEventListener('resize', () => (calls += 1), { once: true });
  window.dispatchEvent(new window.Event('resize'));
  expect(calls).toBe(1);
});
test('stops to listen by a signal', () => {
  const stop = new AbortController();
  document.addEventListener('keydown', () => {}, { signal: stop.signal });
  stop.abort();
});
test('waits for a timer of the window', () => new Promise((resolve) => void window.setTimeout(resolve, 5)));
test('leaks a listener on the window', () => {
  window.addEventListener('keydown', () => {}); // LEAK: listener
});
test('leaks a listener on the document', () => {
  document.addEventListener('keydown', () => {}); // LEAK: listener
});
test('leaks a listener on the body', () => {
  document.body.addEventListener('keydown', () => {}); // LEAK: listener
});
test('leaks a timer', () => {
  setTimeout(() => {}, 50_000); // LEAK: timer
});
