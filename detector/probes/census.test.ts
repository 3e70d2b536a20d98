import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { liveInstances } from './census.ts';

class Session {}
class AdminSession extends Session {}

test('the very objects that are alive, those of subclasses as well', () => {
  const session = new Session();
  const admin = new AdminSession();
  const found = liveInstances(Session.prototype);
  expect(found).toHaveLength(3);
  // the prototype of the subclass inherits as its instances do
  expect(new Set(found)).toEqual(new Set([session, admin, AdminSession.prototype]));
  expect(found.includes(session)).toBe(true);
  expect(found.includes(admin)).toBe(true);
});

test('not those that nobody holds', () => {
  class Ticket {}
  (() => {
    for (let index = 0; index < 10; index += 1) new Ticket();
  })();
  expect(liveInstances(Ticket.prototype)).toEqual([]);
});

test('objects without a constructor', () => {
  const prototype: object = Object.create(null, {});
  const made: object = Object.create(prototype, {});
  const found = liveInstances(prototype);
  expect(found).toHaveLength(1);
  expect(found[0]).toBe(made);
});

test('leaves nothing on the global object', () => {
  const before = Reflect.ownKeys(globalThis);
  liveInstances(EventEmitter.prototype);
  expect(Reflect.ownKeys(globalThis)).toEqual(before);
});

test('does not hold what it has found', async () => {
  class Ticket {}
  const count = (): number => {
    const kept = [new Ticket()];
    return liveInstances(Ticket.prototype).filter((each) => each === kept[0]).length;
  };
  expect(count()).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(liveInstances(Ticket.prototype)).toEqual([]);
});
