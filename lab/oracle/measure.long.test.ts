import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOutside } from '../outside/outside.ts';
import { measure } from './measure.ts';
import { nodeRuntime } from './runtime.ts';

const file = join(import.meta.dirname, 'fixtures/server-closed.ts');

test('a closed server leaves no handle, and no timer of Node comes and goes', async () => {
  const outside = await startOutside();
  try {
    for (let time = 0; time < 6; time += 1) {
      const measured = await measure(file, { runtime: nodeRuntime(), outside, limit: 10_000 });
      if (measured.kind === 'error') throw new Error(measured.reason);
      const [first, ...later] = measured.readings.map(({ values }) => values.handles);
      expect(later).toEqual([first, first]);
    }
  } finally {
    await outside.close();
  }
}, 120_000);
