import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectTo } from './clients.ts';
import { startOutside, type Outside } from './outside.ts';

let outside: Outside;

beforeEach(async () => {
  outside = await startOutside();
});
afterEach(() => outside.close());

/** Reports whether a process runs, and is no zombie. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return !/^\d+ \(.*\) [ZX]/.test(stat);
  } catch {
    return false;
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const connected = once(socket, 'connect').then(
    () => true,
    () => false,
  );
  const answer = await connected;
  socket.destroy();
  return answer;
}

function portsOf({
  addresses,
}: {
  addresses: Awaited<ReturnType<Outside['openEndpoints']>>['addresses'];
}): number[] {
  const { http, http2, silent, echo, resets } = addresses;
  return [Number(new URL(http).port), Number(new URL(http2).port), silent, echo, resets];
}

test('each run has its own ports', async () => {
  const runs = await Promise.all([outside.openEndpoints(), outside.openEndpoints(), outside.openEndpoints()]);
  const ports = runs.flatMap(portsOf);
  expect(new Set(ports).size).toBe(15);
  expect(await Promise.all(ports.map(isListening))).not.toContain(false);
});

test('closing a run closes its listeners, connections and visitors, and no other run', async () => {
  const [endpoints, other] = await Promise.all([outside.openEndpoints(), outside.openEndpoints()]);
  const sockets = await Promise.all(portsOf(endpoints).map(connectTo));
  const kept = await connectTo(other.addresses.echo);
  // a visitor belongs to the run that was asked, though it stays at the other run
  await endpoints.ask({ ask: 'visit', url: `${other.addresses.http}/ok`, manner: 'stays' });
  const connections = async (): Promise<number> => {
    const answer = await other.ask({ ask: 'connections' });
    return answer.answer === 'connections' ? answer.count : -1;
  };
  expect(await connections()).toBe(2);

  const ends = sockets.map((socket) => once(socket.on('error', () => {}).resume(), 'close').catch(() => {}));
  await endpoints.close();
  await Promise.all(ends);
  expect(await Promise.all(portsOf(endpoints).map(isListening))).not.toContain(true);
  expect(await connections()).toBe(1);
  expect(await Promise.all(portsOf(other).map(isListening))).not.toContain(false);
  kept.destroy();
});

test('closing a run ends a visit that waits', async () => {
  const endpoints = await outside.openEndpoints();
  const url = `${endpoints.addresses.http}/stall-headers`;
  const visit = endpoints.ask({ ask: 'visit', url, manner: 'leaves' });
  const [{ reason }] = (await Promise.allSettled([visit, endpoints.close()])) as [
    PromiseRejectedResult,
    unknown,
  ];
  expect(String(reason)).toBe(`Error: visit to ${url} failed: the run is closed`);
});

test('closing again does nothing, and a closed run answers nothing', async () => {
  const endpoints = await outside.openEndpoints();
  await Promise.all([endpoints.close(), endpoints.close()]);
  await endpoints.close();
  await expect(endpoints.ask({ ask: 'connections' })).rejects.toThrow('the run is closed');
  await Promise.all([outside.close(), outside.close()]);
  await endpoints.close();
  await expect(endpoints.ask({ ask: 'connections' })).rejects.toThrow('the process outside was closed');
  await expect(outside.openEndpoints()).rejects.toThrow('the process outside was closed');
});

test('closing ends the process and every listener', async () => {
  const endpoints = await outside.openEndpoints();
  const { pid } = outside;
  expect(await isAlive(pid)).toBe(true);
  await outside.close();
  expect(await isAlive(pid)).toBe(false);
  expect(await Promise.all(portsOf(endpoints).map(isListening))).not.toContain(true);
});

test('when the process dies, what waits rejects and says so', async () => {
  const endpoints = await outside.openEndpoints();
  const url = `${endpoints.addresses.http}/stall-headers`;
  const visit = endpoints.ask({ ask: 'visit', url, manner: 'leaves' });
  process.kill(outside.pid, 'SIGKILL');
  await expect(visit).rejects.toThrow('the process outside ended by itself (SIGKILL)');
  await expect(endpoints.ask({ ask: 'connections' })).rejects.toThrow('ended by itself (SIGKILL)');
  await expect(outside.openEndpoints()).rejects.toThrow('ended by itself (SIGKILL)');
  await endpoints.close();
});

test('the process outside ignores Ctrl-C', async () => {
  process.kill(outside.pid, 'SIGINT');
  const endpoints = await outside.openEndpoints();
  expect(await endpoints.ask({ ask: 'connections' })).toEqual({ answer: 'connections', count: 0 });
});

test('a stopped process is closed as well', async () => {
  process.kill(outside.pid, 'SIGSTOP');
  await outside.close();
  expect(await isAlive(outside.pid)).toBe(false);
});

describe('a script that uses it', () => {
  const library = new URL('./outside.ts', import.meta.url).href;
  const start = `
    const { startOutside } = await import(${JSON.stringify(library)});
    const outside = await startOutside();
    const endpoints = await outside.openEndpoints();
    console.log(outside.pid, endpoints.addresses.echo);
  `;
  const run = (body: string) =>
    spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', start + body],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );

  test('takes it along when it is killed', async () => {
    const script = run('setInterval(() => {}, 1000);');
    const [line] = (await once(script.stdout, 'data')) as [Buffer];
    const [pid = 0, port = 0] = String(line).split(' ').map(Number);
    expect(await isAlive(pid)).toBe(true);
    // the process outside shares the script's stderr, which ends when both are gone
    const stderr = text(script.stderr);
    script.kill('SIGKILL');
    expect(await stderr).toBe('');
    expect(await isListening(port)).toBe(false);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test('ends by itself when it forgets to close, and takes it along', async () => {
    const script = run('');
    const [stdout, stderr, [code]] = await Promise.all([
      text(script.stdout),
      text(script.stderr),
      once(script, 'close') as Promise<[number]>,
    ]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    await expect.poll(() => isAlive(Number(stdout.split(' ')[0]))).toBe(false);
  });

  test('stays alive while it waits for an answer, and has no handle left after closing', async () => {
    const script = run(`
      const visit = await endpoints.ask({ ask: 'visit', url: endpoints.addresses.http + '/drip?chunks=2&every=50', manner: 'leaves' });
      console.log(visit.body);
      await outside.close();
      console.log(process.getActiveResourcesInfo().filter((type) => /process/i.test(type)));
      console.log(process._getActiveHandles().filter(({ fd }) => !(fd <= 2)).length);
    `);
    const [stdout, stderr, [code]] = await Promise.all([
      text(script.stdout),
      text(script.stderr),
      once(script, 'close') as Promise<[number]>,
    ]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout.split('\n').slice(1)).toEqual(['chunk 1', 'chunk 2', '', '[]', '0', '']);
  });
});
