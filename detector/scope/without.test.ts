import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import fs, { closeSync, mkdtempSync, opendirSync, openSync, rmSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { budget, doNothing, leftBy, nothing, brief } from '../fixtures/left-by.ts';
import { snapshot, track, type Kind, type ProbeName, type Scope, type ScopeOptions } from '../index.ts';

const bus = new EventEmitter();
const scratch = mkdtempSync(join(tmpdir(), 'leaklab-'));
let silent: Server;
beforeAll(async () => {
  silent = createServer(doNothing).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
  rmSync(scratch, { recursive: true });
});

/** For each probe something that it alone sees. */
const seen: readonly { readonly probe: ProbeName; readonly kind: Kind; readonly leave: () => unknown }[] = [
  { probe: 'handles', kind: 'timer', leave: startPolling },
  { probe: 'requests', kind: 'request', leave: askSilent },
  { probe: 'descriptors', kind: 'fd', leave: openFile },
  { probe: 'databases', kind: 'fd', leave: openDatabase },
  { probe: 'directories', kind: 'fd', leave: openFolder },
  { probe: 'temporary folders', kind: 'folder', leave: makeFolder },
  { probe: 'web streams', kind: 'stream', leave: lockStream },
  { probe: 'subscriptions', kind: 'listener', leave: subscribeToChannel },
  { probe: 'leases', kind: 'lease', leave: takePermit },
  { probe: 'locks', kind: 'lease', leave: holdLock },
  { probe: 'listeners', kind: 'listener', leave: listen },
  { probe: 'awaits', kind: 'await', leave: suspend },
];

function startPolling(): void {
  const timer = setInterval(doNothing, 1000);
  onTestFinished(() => clearInterval(timer));
}

function askSilent(): void {
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const request = get({ port, host: '127.0.0.1', agent: false }).on('error', doNothing);
  onTestFinished(() => void request.destroy());
}

function openFile(): void {
  const fd = openSync(import.meta.filename, 'r');
  onTestFinished(() => closeSync(fd));
}

async function openDatabase(): Promise<void> {
  // imported while a scope is open, as Node renews no binding of it
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(scratch, 'ledger.sqlite'));
  onTestFinished(() => database.close());
}

function openFolder(): void {
  const folder = opendirSync(import.meta.dirname);
  onTestFinished(() => folder.closeSync());
}

function makeFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
}

function lockStream(): void {
  const reader = new ReadableStream().getReader();
  onTestFinished(() => reader.cancel());
}

let ledgers = 0;

async function holdLock(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  const granted = Promise.withResolvers<void>();
  const hold = (): Promise<void> => {
    granted.resolve();
    return promise;
  };
  void navigator.locks.request(`ledger-${(ledgers += 1)}`, hold);
  await granted.promise;
}

function subscribeToChannel(): void {
  subscribe('leaklab:without', doNothing);
  onTestFinished(() => void unsubscribe('leaklab:without', doNothing));
}

function takePermit(): void {
  const lease = track('permit');
  onTestFinished(() => lease.release());
}

function listen(): void {
  bus.on('change', doNothing);
  onTestFinished(() => void bus.off('change', doNothing));
}

function suspend(): void {
  const gate = new EventEmitter();
  onTestFinished(() => void gate.emit('open'));
  async function waitForGate(): Promise<void> {
    await new Promise((resolve) => gate.once('open', resolve));
  }
  void waitForGate();
}

describe.each(seen)('$probe', ({ probe, kind, leave }) => {
  test('switched on', async () => {
    expect((await leftBy(leave)).leaks.map((leak) => leak.kind)).toEqual([kind]);
  });

  test('switched off', async () => {
    expect(await leftBy(leave, { without: [probe] })).toEqual(nothing);
  });

  test('switched off for one scope, on for another', async () => {
    const scopes = [scopeNamed('with'), scopeNamed('without', [probe])];
    await Promise.all(scopes.map((scope) => scope.run(leave)));
    const reports = await Promise.all(scopes.map((scope) => scope.find()));
    expect(reports.map(({ leaks }) => leaks.map(({ owner }) => owner))).toEqual([['with'], []]);
  });
});

function scopeNamed(name: string, without: readonly ProbeName[] = []): Scope {
  const scope = snapshot({ name, budget, without });
  onTestFinished(() => scope.dispose());
  return scope;
}

test('what a probe has patched is as it was when the last that wants it has gone', () => {
  const { openSync: before } = fs;
  const outer = snapshot({ without: ['descriptors'] });
  expect(fs.openSync).toBe(before);
  const inner = snapshot();
  expect(fs.openSync).not.toBe(before);
  inner.dispose();
  expect(fs.openSync).toBe(before);
  outer.dispose();
});

test('one may be switched off when the scope has begun', async () => {
  const scope = scopeNamed('outer');
  scope.run(startPolling);
  scope.configure({ without: ['handles'] });
  expect(brief(await scope.find())).toEqual(nothing);
});

test('without awaits, a program of many promises is judged in all else', async () => {
  async function count(): Promise<void> {
    for (let round = 0; round < 2000; round += 1) await Promise.resolve();
  }
  const missed = {
    type: 'async function',
    why: "level 'light' took no more stacks; use level 'full' to judge it",
  };
  expect((await leftBy(count)).notJudged).toEqual([missed]);
  expect(await leftBy(count, { without: ['awaits'] })).toEqual(nothing);
});

test.each([
  [
    { without: ['promises'] },
    'expected `without` to be a list of probes, of handles, orphans, requests, descriptors, databases, unseen files, ' +
      'directories, temporary folders, web streams, subscriptions, leases, locks, listeners, awaits, got ["promises"]',
  ],
  [
    { without: ['awaits'], level: 'counts' },
    "level 'counts' has no probes, so 'awaits' can't be switched off: ask for level 'light'",
  ],
])('%j is refused', (options, message) => {
  expect(() => snapshot(options as ScopeOptions)).toThrow(new TypeError(message));
});
