import { expect, test } from 'vitest';
import { metadata } from '../fixtures/mini-catalogue.ts';
import { refusal } from '../fixtures/refusal.ts';
import { parsePattern } from './metadata.ts';

const wanted = {
  title: 'one line without a full stop',
  stage: 'one of unit, integration, e2e',
  grows: 'at least one of handles, fds, sockets, children, listeners, heap, stalls',
  leaves: 'one of retained, garbage',
  seenThrough: 'one of loop handle, unref handle, descriptor, promise, listener, retention',
  seenIn: 'at least one `owner/repo#12` or `owner/repo@1a2b3c4`',
  hints: 'three hints',
  node: 'a semver range such as `>=22`',
};

test('what is whole comes back as it is', () => {
  expect(parsePattern(metadata, 'a.ts')).toBe(metadata);
});

test.each(['acme/clock@1a2b3c4', 'a.b/c_d-e#1', `a/b@${'0'.repeat(40)}`])('%s is a citation', (ref) => {
  const own = { ...metadata, seenIn: [ref] };
  expect(parsePattern(own, 'a.ts')).toBe(own);
});

test.each([undefined, null, 'Clock', () => {}])('%s is no pattern', async (value) => {
  expect(await refusal(() => parsePattern(value, 'patterns/timer/a.ts'))).toEqual({
    problem: 'patterns/timer/a.ts: no `pattern` is exported',
    next: 'export const pattern = { … } satisfies Pattern',
  });
});

test.each(Object.entries(wanted))('%s is demanded', async (field, want) => {
  const { [field as keyof typeof metadata]: _, ...rest } = metadata;
  expect(await refusal(() => parsePattern(rest, 'patterns/timer/a.ts'))).toEqual({
    problem: `patterns/timer/a.ts: \`pattern.${field}\` is missing`,
    next: `give it ${want}; lab/contract.ts explains each property`,
  });
});

test.each([
  ['title', ''],
  ['title', '  '],
  ['title', 'Clock that is never stopped.'],
  ['title', 'Clock\n'],
  ['title', 7],
  ['stage', 'system'],
  ['stage', ['unit']],
  ['grows', []],
  ['grows', 'handles'],
  ['grows', ['handles', 'threads']],
  ['leaves', 'rubbish'],
  ['seenThrough', 'handle'],
  ['seenIn', []],
  ['seenIn', ['acme/clock']],
  ['seenIn', ['acme/clock#1', 'acme/clock#x']],
  ['seenIn', ['acme/clock@1a2b3c']],
  ['seenIn', ['https://github.com/acme/clock/issues/1']],
  ['hints', ['What ticks?', 'Who stops it?']],
  ['hints', ['What ticks?', 'Who stops it?', '']],
  ['hints', ['1', '2', '3', '4']],
  ['node', 'twenty-two'],
  ['node', 22],
  ['node', null],
] as const)('%s is not %j', async (field, value) => {
  expect(await refusal(() => parsePattern({ ...metadata, [field]: value }, 'patterns/timer/a.ts'))).toEqual({
    problem: `patterns/timer/a.ts: \`pattern.${field}\` is ${JSON.stringify(value)}`,
    next: `give it ${wanted[field]}; lab/contract.ts explains each property`,
  });
});
