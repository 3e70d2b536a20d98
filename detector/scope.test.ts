import { expect, test } from 'vitest';
import { snapshot } from './index.ts';

test('debug', async () => {
  const scope = snapshot();
  const timer = setInterval(() => {}, 1000);
  const report = await scope.find();
  console.log(JSON.stringify(report, null, 1), new Error('x').stack, String(Error.prepareStackTrace));
  clearInterval(timer);
  scope.dispose();
  expect(1).toBe(1);
});
