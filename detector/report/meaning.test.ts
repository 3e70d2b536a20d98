import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  property,
  record,
  string,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../finding.ts';
import { kinds, type Kind } from '../kinds.ts';
import { lessonFor } from '../lessons/lessons.ts';
import { byCertainty, certainty, meaningOf } from './meaning.ts';
import { meanings } from './meanings.ts';

function finding(kind: Kind, type = '', more: Partial<Finding> = {}): Finding {
  return { kind, type, count: 1, related: [], stack: [], owner: 'scope', evidence: 'alive', ...more };
}

/** Returns a finding that this function of Node made. */
function by(kind: Kind, type: string, api: string): Finding {
  const [module = '', name = ''] = api.split(' ');
  return finding(kind, type, { api: { module, function: name } });
}

test.each(kinds)('%s means something, however it is known', (kind) => {
  const sentences = byCertainty.map((evidence) => meaningOf(finding(kind, 'unheard of', { evidence })).why);
  expect(sentences.map((each) => /^[a-z].{15,}[^.]$/.test(each))).toEqual(byCertainty.map(() => true));
});

test('there are words for all evidence', () => {
  expect(Object.keys(certainty).toSorted()).toEqual(byCertainty.toSorted());
});

test('the last rule of each kind fits all', () => {
  const last = Object.values(meanings).map(
    (each) => each.map(({ when }) => when === undefined).indexOf(true) + 1,
  );
  expect(last).toEqual(Object.values(meanings).map(({ length }) => length));
});

test('no meaning and no lesson depends on words: texts, frames and names of a finding may be any', () => {
  const known = Object.values(meanings).flatMap((each) => each);
  const told = record({
    kind: constantFrom(...kinds),
    type: constantFrom('Timeout', 'TCPSERVERWRAP', 'Agent', 'fetch', 'ClientRequest', 'AbortSignal'),
    evidence: constantFrom(...byCertainty),
    facts: record(
      {
        closing: boolean(),
        idleConnections: nat(3),
        answered: boolean(),
        event: constant('abort'),
      },
      { requiredKeys: [] },
    ),
    api: constantFrom(
      { module: 'node:timers', function: 'setInterval' },
      { module: 'node:fs', function: 'createReadStream' },
    ),
  });
  // sentences that a report has about other findings: the likeliest to be taken for a sign
  const words = oneof(
    string(),
    constantFrom(
      ...known.map(({ why }) => why),
      'listening, 1 open connection',
      'close() waits for 1 open connection',
      '2 idle connections',
    ),
  );
  const texts = record({ owner: words, stack: array(words), path: array(words), package: words });
  assert(
    property(told, texts, texts, (facts, some, others) => {
      const [one, other] = [some, others].map((each): Finding => ({
        ...finding('timer'),
        ...facts,
        ...each,
      }));
      if (!one || !other) return;
      expect(meaningOf(one)).toEqual(meaningOf(other));
      expect(lessonFor(one, () => [])).toBe(lessonFor(other, () => []));
    }),
  );
});

describe('the fix of', () => {
  test.each<[string, Finding, string | undefined]>([
    [
      'an interval',
      by('timer', 'Timeout', 'node:timers setInterval'),
      'keep what setInterval() returns, and pass it to clearInterval() when the work ends',
    ],
    [
      'a timeout',
      by('timer', 'Timeout', 'node:timers setTimeout'),
      'keep what setTimeout() returns, and pass it to clearTimeout() when it is no longer needed',
    ],
    [
      'a pause',
      by('timer', 'Timeout', 'node:timers/promises setTimeout'),
      'pass a signal to the pause, and abort it when the work ends',
    ],
    [
      'an interval that is iterated',
      by('timer', 'Timeout', 'node:timers/promises setInterval'),
      'leave the loop by break or return, call return() on an iterator that you drive by next(), or pass a signal and abort it',
    ],
    ['a timer of a package', finding('timer', 'Timeout'), undefined],
    [
      'a server that listens',
      finding('server', 'TCPSERVERWRAP', { facts: { closing: false, connections: 0 } }),
      'call close() on the server, and wait for its callback',
    ],
    [
      'a server that closes',
      finding('server', 'TCPSERVERWRAP', { facts: { closing: true, connections: 1, protocol: 'other' } }),
      "keep the sockets of the server's 'connection' event, and call destroy() on each with close()",
    ],
    [
      'a server that closes, whose connection was taken over',
      finding('server', 'TCPSERVERWRAP', {
        facts: { closing: true, connections: 1, protocol: 'http', upgraded: 1 },
      }),
      "keep the sockets that the listener for 'upgrade' or 'connect' is given, and call destroy() on each with close()",
    ],
    [
      'a fetch',
      finding('request', 'fetch'),
      'read the body to its end or cancel it, and pass a signal that you abort when the answer is no longer needed',
    ],
    ['a query of a name', finding('request', 'QUERYWRAP'), undefined],
    [
      'a pool',
      finding('socket', 'Agent', { facts: { idleConnections: 2 } }),
      'call close() on the pool, or destroy() on the agent, after its last request',
    ],
    [
      'a file stream',
      by('fd', 'fs.open', 'node:fs createReadStream'),
      'read the stream to its end, or call destroy() on it on every path, as stream.pipeline() does',
    ],
    [
      'a watched file',
      finding('watcher', 'STATWATCHER'),
      'call unwatchFile() with the same path and listener',
    ],
    [
      'a wait that is proven',
      finding('await', 'async function', { evidence: 'unreachable' }),
      'settle the promise on every path, also when the work fails, is cancelled or has ended already',
    ],
    ['a wait that is suspected', finding('await', 'async function', { evidence: 'pending' }), undefined],
    [
      'memory',
      finding('memory', 'Map'),
      'remove it from its holder when the work ends, or give the holder a limit',
    ],
  ])('%s', (_, each, fix) => {
    expect(meaningOf(each).fix).toBe(fix);
  });
});
