/**
 * The classes of `node:net`, without loading it: a tool that instruments `net` patches it when something loads it, and
 * would then see the program's sockets because of us.
 */
import { ReadStream } from 'node:tty';
import type * as Net from 'node:net';

const { Server: HttpServer } = process.getBuiltinModule('node:http');

export type Server = Net.Server;
export type Socket = Net.Socket;

export const Server = ancestorWith<typeof Net.Server>(HttpServer, 'listen');
export const Socket = ancestorWith<typeof Net.Socket>(ReadStream, 'connect');

/** Returns the class itself, or the nearest above it, that defines a method. */
function ancestorWith<Class>(below: { readonly prototype: object }, method: string): Class {
  let each = below;
  while (!Object.hasOwn(each.prototype, method)) each = Object.getPrototypeOf(each) as typeof below;
  return each as unknown as Class;
}
