import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Runs a program that ends itself, and has it print what the scope finds at that moment. */
function leftAtExit(program: string): unknown {
  const source = `
    import { once } from 'node:events';
    import { createServer } from 'node:net';
    import { openScope } from ${JSON.stringify(join(import.meta.dirname, '..', 'internal.ts'))};
    let scope;
    process.on('exit', () => {
      console.log(JSON.stringify(scope.findNow().leaks.map(({ kind, facts }) => ({ kind, facts }))));
    });
    scope = openScope();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    ${program}`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('a server that was closed in the very turn of the exit is not left', () => {
  expect(leftAtExit(`server.close(); await once(server, 'close'); process.exit(0);`)).toEqual([]);
});

test('one that was not is', () => {
  expect(leftAtExit('process.exit(0);')).toEqual([
    {
      kind: 'server',
      facts: { port: expect.any(Number), host: '127.0.0.1', closing: false, connections: 0 },
    },
  ]);
});

test('the timer in whose callback it exits is over', () => {
  expect(leftAtExit(`server.close(() => setTimeout(() => process.exit(0), 1));`)).toEqual([]);
});

test('a timer that has set itself again is not', () => {
  const program = `const timer = setTimeout(() => { timer.refresh(); process.exit(0); }, 1);`;
  expect(leftAtExit(`server.close(() => { ${program} });`)).toEqual([
    { kind: 'timer', facts: { ms: 1, ref: true, repeats: false } },
  ]);
});
