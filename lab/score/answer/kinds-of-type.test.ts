import { expect, test } from 'vitest';
import { kindsOf } from './kinds-of-type.ts';

test.each([
  ['Timeout', 'timer'],
  ['TCPSERVERWRAP', 'server'],
  ['TCPServerWrap', 'server'],
  ['Server', 'server'],
  ['PipeWrap', 'socket'],
  ['TCPWRAP', 'socket'],
  ['tcp', 'socket'],
  ['UDPWRAP', 'socket'],
  ['HTTPCLIENTREQUEST', 'request'],
  ['fetch', 'request'],
  ['FSREQPROMISE', 'fd'],
  ['fd', 'fd'],
  ['FILEHANDLE', 'fd'],
  ['PROCESSWRAP', 'process'],
  ['ChildProcess', 'process'],
  ['WORKER', 'worker'],
  ['MESSAGEPORT', 'port'],
  ['MessagePort', 'port'],
  ['FSEVENTWRAP', 'watcher'],
  ['fs_event', 'watcher'],
  ['STATWATCHER', 'watcher'],
  ['PROMISE', 'await'],
  ['@typescript-eslint/no-floating-promises', 'await'],
  ['listeners/no-missing-remove-event-listener', 'listener'],
  ['ReadStream', 'stream'],
])('%s is a %s first of all', (type, kind) => {
  expect(kindsOf({ type })[0]).toBe(kind);
});

test('an open TCP handle may be a request, a lease or a stream as well', () => {
  expect(kindsOf({ type: 'TCPWRAP' })).toEqual(['socket', 'request', 'stream', 'lease', 'server', 'process']);
});

test('a named kind is the kind; an empty or unknown finding has none', () => {
  expect(kindsOf({ kind: 'fd', type: 'Timeout' })).toEqual(['fd']);
  expect(kindsOf({})).toEqual([]);
  expect(kindsOf({ type: 'flux capacitor' })).toEqual([]);
});
