/** Sources of the demonstration: a shop of three packages. */

export type Files = Readonly<Record<string, string>>;

/** Settings that watch the shop's tests with leaklab: two lines, and one for vitest. */
export function settings(tarball: string, vitest: string): Files {
  return {
    '.gitignore': 'node_modules\n*.tgz\n',
    'package.json': json({
      name: 'shop',
      private: true,
      type: 'module',
      workspaces: ['packages/*'],
      devDependencies: { leaklab: `file:${tarball}`, vitest },
    }),
    'leaklab.json': json({ baseline: 'leaks.baseline.json', ci: { node: ['22', '24'] } }),
    'vitest.config.js': "export default { test: { setupFiles: ['leaklab/vitest'] } };\n",
    ...Object.fromEntries(
      ['orders', 'rates', 'shipping'].map((name) => [
        `packages/${name}/package.json`,
        json({
          name: `@shop/${name}`,
          version: '1.0.0',
          type: 'module',
          scripts: { test: `vitest run --config ../../vitest.config.js --root .` },
        }),
      ]),
    ),
  };
}

/** Ada's code, with one leak that is older than leaklab. */
export const shop: Files = {
  'packages/orders/orders.js': `export function total(lines) {
  return lines.reduce((sum, { price, count }) => sum + price * count, 0);
}
`,
  'packages/orders/orders.test.js': `import { expect, test } from 'vitest';
import { total } from './orders.js';

test('an order is the sum of its lines', () => {
  expect(total([{ price: 250, count: 2 }, { price: 99, count: 1 }])).toBe(599);
});
`,
  'packages/rates/rates.js': `const rates = new Map([['USD', 1.08]]);

export function startRates() {
  setInterval(() => rates.set('USD', 1.08), 60_000);
  return { rate: (currency) => rates.get(currency) };
}
`,
  'packages/rates/rates.test.js': `import { expect, test } from 'vitest';
import { startRates } from './rates.js';

test('a rate is known at once', () => {
  expect(startRates().rate('USD')).toBe(1.08);
});
`,
  'packages/shipping/carrier.js': `export function track(parcel) {
  return { parcel, state: 'unknown' };
}
`,
  'packages/shipping/carrier.test.js': `import { expect, test } from 'vitest';
import { track } from './carrier.js';

test('a parcel is tracked', () => {
  expect(track('P1').parcel).toBe('P1');
});
`,
};

/** Cleo's commit, which never closes the socket. */
export const leaking: Files = {
  'packages/shipping/carrier.js': `import { createSocket } from 'node:dgram';

export function track(parcel) {
  const socket = createSocket('udp4');
  const tracked = { parcel, state: 'unknown' };
  socket.on('message', (state) => (tracked.state = String(state)));
  socket.bind(0, '127.0.0.1');
  return tracked;
}
`,
};

/** Cleo's fix. */
export const fixed: Files = {
  'packages/shipping/carrier.js': `import { createSocket } from 'node:dgram';

export function track(parcel) {
  const socket = createSocket('udp4');
  const tracked = { parcel, state: 'unknown', stop: () => socket.close() };
  socket.on('message', (state) => (tracked.state = String(state)));
  socket.bind(0, '127.0.0.1');
  return tracked;
}
`,
  'packages/shipping/carrier.test.js': `import { expect, test } from 'vitest';
import { track } from './carrier.js';

test('a parcel is tracked', () => {
  const tracked = track('P1');
  expect(tracked.parcel).toBe('P1');
  tracked.stop();
});
`,
};

const rates = 'packages/rates/rates.js';
const ratesTest = 'packages/rates/rates.test.js';

/** Ada's fix of the leak that is older than leaklab. */
export const ratesStop: Files = {
  [rates]: `const rates = new Map([['USD', 1.08]]);

export function startRates() {
  const timer = setInterval(() => rates.set('USD', 1.08), 60_000);
  return { rate: (currency) => rates.get(currency), stop: () => clearInterval(timer) };
}
`,
  [ratesTest]: `import { expect, test } from 'vitest';
import { startRates } from './rates.js';

test('a rate is known at once', () => {
  const { rate, stop } = startRates();
  expect(rate('USD')).toBe(1.08);
  stop();
});
`,
};

/** Ada's code before the fix. */
export const ratesLeak: Files = { [rates]: shop[rates] ?? '', [ratesTest]: shop[ratesTest] ?? '' };

function json(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
