import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, watch } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { livingDescendants, livingOffspring, processesWith, readDescriptors, readHandles } from './system.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

describe('readDescriptors', () => {
  it('counts files and folders', () => {
    const before = readDescriptors();
    const open = [openSync(import.meta.filename, 'r'), openSync('.', 'r')];
    const meanwhile = readDescriptors();
    for (const fd of open) closeSync(fd);
    expect(meanwhile).toEqual({ ...before, files: before.files + 2 });
    expect(readDescriptors()).toEqual(before);
  });

  it.each(['tcp', 'unix'])('counts both ends of a %s connection, and no listening socket', async (scheme) => {
    const before = readDescriptors();
    const server = createServer();
    endings.push(() => server.close());
    if (scheme === 'tcp') server.listen(0, '127.0.0.1');
    else server.listen(join(tmpdir(), `leaklab-system-${process.pid}.sock`));
    await once(server, 'listening');
    expect(readDescriptors()).toEqual(before);

    const address = server.address();
    const path = typeof address === 'string' ? address : '';
    const socket = path === '' ? connect((address as AddressInfo).port, '127.0.0.1') : connect(path);
    endings.push(() => socket.destroy());
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
    endings.push(() => accepted.destroy());
    expect(readDescriptors()).toEqual({ ...before, sockets: before.sockets + 2 });
  });
});

describe('readHandles', () => {
  it('counts listening sockets and watched files', async () => {
    const before = readHandles();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const watchers = [watch(import.meta.dirname), watch(tmpdir())];
    expect(readHandles()).toEqual({
      ...before,
      listening: before.listening + 1,
      watches: before.watches + 2,
    });
    for (const watcher of watchers) watcher.close();
    server.close();
    await once(server, 'close');
    expect(readHandles()).toEqual(before);
  });
});

describe('processes', () => {
  it('finds living descendants, and processes by what their environment says', async () => {
    const badge = `LEAKLAB_SYSTEM_TEST=${process.pid}`;
    const [name = '', value] = badge.split('=');
    const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; read line'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, [name]: value },
    });
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const sleep = Number(line.toString());
    endings.push(() => process.kill(sleep));

    expect(livingDescendants(process.pid)).toEqual(expect.arrayContaining([shell.pid, sleep]));
    expect(livingDescendants(shell.pid ?? 0)).toEqual([sleep]);
    expect(processesWith(badge).toSorted()).toEqual([shell.pid, sleep].toSorted());

    shell.stdin.end('\n');
    await once(shell, 'exit');
    expect(livingDescendants(process.pid)).not.toContain(shell.pid);
    expect(processesWith(badge)).toEqual([sleep]);
    // it has outlived its parent, and still counts as ours
    expect(livingOffspring(shell.pid ?? 0, badge)).toBe(1);
  });
});
