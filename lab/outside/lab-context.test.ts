import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerChild, createLab, openLab } from './lab-context.ts';
import type { Answer } from './messages.ts';
import { startOutside, type RunEndpoints, type Outside } from './outside.ts';

describe('a measured process', () => {
  let outside: Outside;
  let endpoints: RunEndpoints;
  let folder: string;

  beforeAll(async () => {
    outside = await startOutside();
    folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
  });
  afterAll(async () => {
    await outside.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    endpoints = await outside.openEndpoints();
  });
  afterEach(() => endpoints.close());

  let programs = 0;

  /** Forks a program that has `lab`; resolves with its output and exit code once it is gone. */
  async function measure(
    program: string,
    answering: Pick<RunEndpoints, 'ask'> = endpoints,
    also: (child: ChildProcess) => void = () => {},
  ): Promise<{ code: number; printed: string[] }> {
    const file = join(folder, `program-${++programs}.mjs`);
    const library = new URL('./lab-context.ts', import.meta.url).href;
    await writeFile(
      file,
      `import { createIpcAsk, createLab } from ${JSON.stringify(library)};
       const lab = createLab(${JSON.stringify(endpoints.addresses)}, ${JSON.stringify(folder)}, createIpcAsk());
       ${program}`,
    );
    const child = fork(file, [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const stop = answerChild(child, answering);
    also(child);
    if (child.stdout === null) throw new Error('no stdout');
    const [printed, [code]] = await Promise.all([
      text(child.stdout),
      once(child, 'exit') as Promise<[number]>,
    ]);
    stop();
    expect(child.listenerCount('message')).toBe(0);
    return { code, printed: printed.trimEnd().split('\n') };
  }

  test('asks its endpoints by way of its parent, and then ends by itself', async () => {
    const { code, printed } = await measure(`
      import { createServer } from 'node:http';
      const server = createServer((request, reply) => reply.end('hello ' + request.url)).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const url = 'http://127.0.0.1:' + server.address().port + '/world';
      const visit = await lab.visit(url, 'stays');
      console.log(visit.status, visit.body);
      server.close();
      await visit.leave();
      console.log(await lab.upstream.connections());
      console.log(process.listenerCount('message'), process.listenerCount('disconnect'));
    `);
    expect({ code, printed }).toEqual({ code: 0, printed: ['200 hello /world', '0', '0 0'] });
  });

  test('asks many things at once and gets each its own answer', async () => {
    const { code, printed } = await measure(`
      const sizes = Array.from({ length: 50 }, (_, n) => n * 10);
      const visits = await Promise.all(sizes.map((size) => lab.visit(lab.upstream.http + '/bytes?size=' + size)));
      console.log(visits.every((visit, n) => visit.body.length === n * 10));
    `);
    expect({ code, printed }).toEqual({ code: 0, printed: ['true'] });
  });

  test('is kept alive by a question', async () => {
    const { code, printed } = await measure(`
      const { body } = await lab.visit(lab.upstream.http + '/drip?chunks=2&every=50');
      console.log(JSON.stringify(body));
    `);
    expect({ code, printed }).toEqual({ code: 0, printed: ['"chunk 1\\nchunk 2\\n"'] });
  });

  test('learns why a visit failed', async () => {
    const { printed } = await measure(`
      await lab.visit('http://127.0.0.1:1/').catch((error) => console.log(error instanceof Error, error.message));
    `);
    expect(printed).toEqual(['true visit to http://127.0.0.1:1/ failed: connect ECONNREFUSED 127.0.0.1:1']);
  });

  test('learns what is wrong with a question', async () => {
    const { printed } = await measure(`
      await lab.visit('http://127.0.0.1:1/', 'rushes').catch((error) => console.log(error.message));
    `);
    expect(printed).toEqual(['unknown manner "rushes": expected leaves, stays or hangs-up']);
  });

  test('learns when its parent goes', async () => {
    const never = { ask: () => new Promise<Answer>(() => {}) };
    const { code, printed } = await measure(
      `await lab.visit('http://127.0.0.1:1/').catch((error) => console.log(error.message));
       await lab.visit('http://127.0.0.1:1/').catch((error) => console.log(error.message));`,
      never,
      (child) => child.once('message', () => child.disconnect()),
    );
    expect({ code, printed }).toEqual({
      code: 0,
      printed: ['the lab went away before it answered', 'the lab went away before it answered'],
    });
  });

  test('can use the same channel for its own messages', async () => {
    const heard: unknown[] = [];
    const { printed } = await measure(
      `process.send('hello');
       const [reply] = await Promise.all([
         new Promise((resolve) => process.once('message', resolve)),
       ]);
       console.log(reply, await lab.upstream.connections());`,
      endpoints,
      (child) => {
        child.on('message', function listen(message) {
          heard.push(message);
          if (message !== 'hello') return void child.off('message', listen);
          child.send('hello yourself');
        });
      },
    );
    expect(heard[0]).toBe('hello');
    expect(printed).toEqual(['hello yourself 0']);
  });
});

test('a process that was not forked can not ask', async () => {
  const library = new URL('./lab-context.ts', import.meta.url).href;
  const program = `const { createIpcAsk } = await import(${JSON.stringify(library)}); createIpcAsk();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  expect(await text(child.stderr)).toContain('Error: no IPC channel: the lab has to fork this process');
});

test('an answer to another question is refused', async () => {
  const lab = createLab({ http: '', http2: '', silent: 0, echo: 0, resets: 0 }, '', async () => ({
    answer: 'left',
  }));
  await expect(lab.visit('http://127.0.0.1:1/')).rejects.toThrow('unexpected answer {"answer":"left"}');
  await expect(lab.upstream.connections()).rejects.toThrow('unexpected answer {"answer":"left"}');
});

test('a lab without a parent has an empty folder, and cleans up', async () => {
  const { lab, close } = await openLab();
  expect(await readdir(lab.scratch)).toEqual([]);
  await writeFile(join(lab.scratch, 'note'), 'x');
  expect((await lab.visit(`${lab.upstream.http}/ok`)).body).toBe('{"ok":true}');
  await close();
  await close();
  await expect(access(lab.scratch)).rejects.toThrow('ENOENT');
  await expect(lab.upstream.connections()).rejects.toThrow('the process outside was closed');
});
