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

/** One that this function of Node has made for line 1. */
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
      'listening, 1 connection open',
      'close() waits',
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
      expect(meaningOf(one)).toBe(meaningOf(other));
      expect(lessonFor(one, () => [])).toBe(lessonFor(other, () => []));
    }),
  );
});

describe('the fix of', () => {
  test.each<[string, Finding, string | undefined]>([
    [
      'an interval',
      by('timer', 'Timeout', 'node:timers setInterval'),
      'keep what setInterval() returns, and pass it to clearInterval() when its work is over',
    ],
    [
      'a timeout',
      by('timer', 'Timeout', 'node:timers setTimeout'),
      'keep what setTimeout() returns, and pass it to clearTimeout() when nobody needs it any more',
    ],
    [
      'a pause',
      by('timer', 'Timeout', 'node:timers/promises setTimeout'),
      'give the pause a signal and abort it',
    ],
    [
      'an interval that is iterated',
      by('timer', 'Timeout', 'node:timers/promises setInterval'),
      'leave the loop by break or return, or give the interval a signal and abort it',
    ],
    ['a timer of a package', finding('timer', 'Timeout'), undefined],
    [
      'a server that listens',
      finding('server', 'TCPSERVERWRAP', { facts: { closing: false, connections: 0 } }),
      'call close() on the server, and wait for its callback',
    ],
    [
      'a server that closes',
      finding('server', 'TCPSERVERWRAP', { facts: { closing: true, connections: 1 } }),
      'end the open connections too: the sockets or sessions that you keep, or closeAllConnections() for HTTP',
    ],
    [
      'a fetch',
      finding('request', 'fetch'),
      'read the body or cancel it, and give the request a signal that ends it when nobody wants the answer',
    ],
    ['a query of a name', finding('request', 'QUERYWRAP'), undefined],
    [
      'a pool',
      finding('socket', 'Agent', { facts: { idleConnections: 2 } }),
      'call destroy() or close() on the pool or agent when its last request is over',
    ],
    [
      'a file stream',
      by('fd', 'fs.open', 'node:fs createReadStream'),
      'read the stream to its end, or destroy() it on every way out; stream.pipeline() does',
    ],
    [
      'a watched file',
      finding('watcher', 'STATWATCHER'),
      'call unwatchFile() with the same path and listener',
    ],
    [
      'a wait that is proven',
      finding('await', 'async function', { evidence: 'unreachable' }),
      'settle the promise on every way out, also when the work fails, is cancelled or is over already',
    ],
    ['a wait that is suspected', finding('await', 'async function', { evidence: 'pending' }), undefined],
    ['memory', finding('memory', 'Map'), 'take it out when its work is over, or give its holder a limit'],
  ])('%s', (_, each, fix) => {
    expect(meaningOf(each).fix).toBe(fix);
  });
});
