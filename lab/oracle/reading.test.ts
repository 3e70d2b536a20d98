import { describe, expect, it } from 'vitest';
import { parseMessage, sameOutcome, type Message } from './reading.ts';

const reading = {
  k: 5,
  values: { handles: 1, fds: 2, sockets: 3, children: 4, listeners: 5, heap: 6, stalls: 7 },
  collected: 7,
  parts: { 'handles Timeout': 1 },
};

describe('parseMessage', () => {
  it.each<Message>([
    { oracle: 'imported' },
    { oracle: 'ran', k: 3 },
    { oracle: 'read', reading },
    { oracle: 'done', outcome: '{}' },
    { oracle: 'done', outcome: '{}', differed: { k: 2, outcome: '{"a":1}' } },
    { oracle: 'failed', reason: 'run 1 threw Error: no' },
  ])('accepts $oracle', (message) => {
    expect(parseMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  it.each([undefined, null, 'imported', 7, {}, { leaklab: 'question', id: 1 }])('ignores %j', (message) => {
    expect(parseMessage(message)).toBeUndefined();
  });

  it.each([
    [{ oracle: 'sings' }, 'not a message of the measured child: {"oracle":"sings"}'],
    [{ oracle: 'ran', k: '3' }, 'expected a number as k, got "3"'],
    [{ oracle: 'failed' }, 'expected a string as reason, got undefined'],
    [{ oracle: 'read', reading: null }, 'expected an object, got null'],
    [
      { oracle: 'read', reading: { ...reading, values: { ...reading.values, stalls: null } } },
      'expected a number as stalls, got null',
    ],
    [{ oracle: 'read', reading: { ...reading, parts: { a: 'b' } } }, 'expected a number as a, got "b"'],
    [{ oracle: 'done', outcome: '{}', differed: { k: 1 } }, 'expected a string as outcome, got undefined'],
  ])('refuses %j', (message, error) => {
    expect(() => parseMessage(message)).toThrow(new Error(error));
  });
});

describe('sameOutcome', () => {
  it('compares values, not texts', () => {
    expect(sameOutcome('{"a":1,"b":[2]}', '{"b":[2],"a":1}')).toBe(true);
    expect(sameOutcome('{"a":[1,2]}', '{"a":[2,1]}')).toBe(false);
  });
});
