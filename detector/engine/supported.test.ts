import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { whyUnsupported } from './supported.ts';

test.each([[{ node: '22.19.0' }], [{ node: '24.0.0' }], [{ node: '26.10.0', v8: '15' }]])(
  '%o is supported',
  (versions) => {
    expect(whyUnsupported(versions)).toBeUndefined();
  },
);

test.each([
  [{ node: '20.20.2' }, 'Node.js 22.19 or newer is needed; this is Node.js 20.20.2'],
  [{ node: '22.18.0' }, 'Node.js 22.19 or newer is needed; this is Node.js 22.18.0'],
  [{}, 'Node.js 22.19 or newer is needed; this is Node.js of no known version'],
  [
    { node: '24.3.0', bun: '1.4.5' },
    'Node.js is needed: Bun 1.4.5 does not report its handles, so no leak would be found',
  ],
  [
    { node: '24.2.0', deno: '2.9.6' },
    'Node.js is needed: Deno 2.9.6 does not report its handles, so no leak would be found',
  ],
])('%o is refused', (versions, why) => {
  expect(whyUnsupported(versions)).toBe(why);
});

test('the package asks for the same Node', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ engines: { node: '>=22.19' } });
});
