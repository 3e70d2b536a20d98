import { describe, expect, test } from 'vitest';
import { otherVersion } from '../fixtures/other-version.ts';
import { leaving, vitestSuites } from '../fixtures/run-vitest.ts';

const head = `${leaving}import { createServer } from 'node:net';
import { once } from 'node:events';
const listen = async () => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  return server;
};
`;

const withServer = `${head}const withServer = test.extend({
  server: [async ({}, use) => {
    const server = await listen();
    const sweep = setInterval(() => {}, 1000);
    await use(server);
    clearInterval(sweep);
    server.close();
  }, { scope: 'worker' }],
});
withServer('uses the fixture', ({ server }) => { server.address(); });
withServer('uses it and leaks', ({ server }) => { server.address(); poll(); });
withServer.extend({ server: async ({ server }, use) => { poll(); await use(server); } })(
  'overrides it', ({ server }) => { server.address(); },
);
`;

const versions = ['4.1.12', '5'];

describe.each(versions)('vitest %s', (version) => {
  const vitest = vitestSuites(version === '5' ? undefined : otherVersion('vitest', version));

  test.each(['--pool=forks', '--pool=threads', '--no-isolate'])(
    'what a fixture of the worker opens fails no test: %s',
    async (flag) => {
      const { code, states, stderr } = await vitest({ 'a.test.js': withServer }, flag);
      expect(states).toEqual([
        'uses the fixture: passed',
        'uses it and leaks: failed; LeakError: uses it and leaks',
        'overrides it: passed',
      ]);
      expect(code).toBe(1);
      expect(stderr).not.toContain('listen');
    },
  );

  test('in the vm pools, where such a fixture ends with the file, one that is not closed is reported', async () => {
    const { states } = await vitest(
      {
        'a.test.js': `${leaving}const polling = test.extend({
  poll: [async ({}, use) => { await use(poll()); }, { scope: 'worker' }],
});
polling('uses it', ({ poll }) => { poll.hasRef(); });`,
      },
      '--pool=vmForks',
    );
    expect(states).toEqual(['uses it: failed; LeakError: uses it']);
  });
});

test('vitest before 4.1 shows no fixtures: the first test that uses one of the worker fails', async () => {
  const vitest = vitestSuites(otherVersion('vitest', '4.0.18'));
  const { states } = await vitest({ 'a.test.js': withServer });
  expect(states.slice(0, 2)).toEqual([
    'uses the fixture: failed; LeakError: uses the fixture',
    'uses it and leaks: failed; LeakError: uses it and leaks',
  ]);
});
