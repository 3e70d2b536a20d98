import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Patches, type Method } from './patches.ts';

const loud = (real: Method): Method =>
  function stand(this: unknown, ...args: unknown[]): unknown {
    return `${String(Reflect.apply(real, this, args))}!`;
  };

/** Patches a method, and returns the function that restores it. */
function patch(holder: object, name: string | symbol, make: (real: Method) => Method): () => void {
  const patches = new Patches();
  patches.method(holder, name, make);
  return () => patches.undo();
}

function greeter(): { greet(name: string, greeting: string): string } {
  return {
    greet(name, greeting) {
      return `${greeting} ${name}`;
    },
  };
}

test('stands in under the name and length of the method, and gives it back', () => {
  const holder = greeter();
  const real = holder.greet;
  const before = Object.getOwnPropertyDescriptor(holder, 'greet');
  const restore = patch(holder, 'greet', loud);
  expect(holder.greet('Ada', 'hello')).toBe('hello Ada!');
  expect({ name: holder.greet.name, length: holder.greet.length }).toEqual({ name: 'greet', length: 2 });
  expect(Object.keys(holder)).toEqual(['greet']);
  restore();
  expect(holder.greet).toBe(real);
  expect(Object.getOwnPropertyDescriptor(holder, 'greet')).toEqual(before);
});

test('takes methods under symbols, that are not enumerable or not writable', () => {
  const holder = Object.defineProperty({}, Symbol.iterator, {
    value: function values() {
      return 'x';
    },
    writable: false,
    enumerable: false,
    configurable: true,
  }) as { [Symbol.iterator]: () => string };
  const before = Object.getOwnPropertyDescriptor(holder, Symbol.iterator);
  const restore = patch(holder, Symbol.iterator, loud);
  expect(holder[Symbol.iterator]()).toBe('x!');
  expect(Object.keys(holder)).toEqual([]);
  restore();
  expect(Object.getOwnPropertyDescriptor(holder, Symbol.iterator)).toEqual(before);
});

test('shows the properties of the real function', async () => {
  const read = Object.assign((done: (error: null, text: string) => void) => done(null, 'plain'), {
    [promisify.custom]: async () => 'promised',
  });
  const holder = { read };
  const restore = patch(
    holder,
    'read',
    (real) =>
      (...args) =>
        real(...args),
  );
  expect(await promisify(holder.read)()).toBe('promised');
  restore();
});

test('leaves a later patch in place', () => {
  const holder = greeter();
  const restore = patch(holder, 'greet', loud);
  const ours = holder.greet;
  const theirs = (name: string, greeting: string): string => ours.call(holder, name, greeting).toUpperCase();
  holder.greet = theirs;
  restore();
  expect(holder.greet).toBe(theirs);
  expect(holder.greet('Ada', 'hello')).toBe('HELLO ADA!');
});

test('comes off in any order in which it went on twice', () => {
  const holder = greeter();
  const real = holder.greet;
  const restoreFirst = patch(holder, 'greet', loud);
  const restoreSecond = patch(holder, 'greet', loud);
  expect(holder.greet('Ada', 'hello')).toBe('hello Ada!!');
  restoreSecond();
  expect(holder.greet('Ada', 'hello')).toBe('hello Ada!');
  restoreFirst();
  expect(holder.greet).toBe(real);
});

test('refuses a name that is no own method', () => {
  const noGreet = new TypeError('cannot watch `greet`: no such method');
  expect(() => patch({}, 'greet', loud)).toThrow(noGreet);
  expect(() => patch({ greet: 1 }, 'greet', loud)).toThrow(noGreet);
  expect(() => patch(Object.create(greeter()) as object, 'greet', loud)).toThrow(noGreet);
  expect(() => patch({}, Symbol('greet'), loud)).toThrow(
    new TypeError('cannot watch `Symbol(greet)`: no such method'),
  );
});

test('several are restored together, the last first, once', () => {
  const holder = greeter();
  const real = holder.greet;
  const patches = new Patches();
  patches.method(holder, 'greet', loud);
  patches.method(holder, 'greet', loud);
  expect(holder.greet('Ada', 'hello')).toBe('hello Ada!!');
  patches.undo();
  expect(holder.greet).toBe(real);
  const own = (): string => 'mine';
  holder.greet = own;
  patches.undo();
  expect(holder.greet).toBe(own);
});

test('changes a part of a property, and restores it', () => {
  const holder = {
    get greeting() {
      return 'hello';
    },
  };
  const before = Object.getOwnPropertyDescriptor(holder, 'greeting');
  const patches = new Patches();
  patches.property(holder, 'greeting', { get: () => 'hi' });
  expect(holder.greeting).toBe('hi');
  patches.undo();
  expect(Object.getOwnPropertyDescriptor(holder, 'greeting')).toEqual(before);
  expect(() => patches.property(holder, 'name', { value: 1 })).toThrow(
    new TypeError('cannot watch `name`: no such property'),
  );
});
