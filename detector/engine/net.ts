/**
 * The classes of `node:net`, without loading it: a tool that instruments `net` patches it when something loads it, and
 * would then see the program's sockets because of us.
 */
import { ReadStream } from 'node:tty';
import type * as Net from 'node:net';

const { Server: HttpServer } = process.getBuiltinModule('node:http');

export type Server = Net.Server;
export type Socket = Net.Socket;

export const Server = ancestorWith(HttpServer, 'listen') as typeof Net.Server;
export const Socket = ancestorWith(ReadStream, 'connect') as typeof Net.Socket;

/** Returns the class itself, or the nearest above it, that defines a method. */
function ancestorWith(below: { readonly prototype: object }, method: string): unknown {
  let each = below;
  while (!Object.hasOwn(each.prototype, method)) each = Object.getPrototypeOf(each) as typeof below;
  return each;
}
