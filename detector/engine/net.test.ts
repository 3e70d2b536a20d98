import * as net from 'node:net';
import { expect, test } from 'vitest';
import { Server, Socket } from './net.ts';

test('the classes are those of node:net', () => {
  expect(Server).toBe(net.Server);
  expect(Socket).toBe(net.Socket);
});
