import { describe, expect, test } from 'vitest';
import { stories } from '../fixtures/mini-catalogue.ts';
import { refusal } from '../fixtures/refusal.ts';
import { firstSentence, parseStory, partOf } from './story.ts';

test('a story is its opening and its parts, each on one line', () => {
  const source = `/**
 * A clock
 * ticks on.
 *
 * **Looks like a leak** It ticks: \`setInterval\` is
 * never undone.
 *
 * **Is none because** It is unref'd.
 */
import { once } from 'node:events'; /** not this */
`;
  expect(parseStory(source, 'decoy', 'a.ts')).toEqual({
    opening: 'A clock ticks on.',
    parts: [
      { heading: 'Looks like a leak', text: 'It ticks: `setInterval` is never undone.' },
      { heading: 'Is none because', text: "It is unref'd." },
    ],
  });
});

test('a part is found by its heading', () => {
  const story = parseStory(stories.pattern, 'pattern', 'a.ts');
  expect([partOf(story, 'How to fix'), partOf(story, 'Is none because')]).toEqual(['Stop it.', '']);
});

test.each([
  { text: 'Call `server.close()` in the hook. Or not.', first: 'Call `server.close()` in the hook' },
  { text: 'Call it', first: 'Call it' },
])('the first sentence of "$text"', ({ text, first }) => {
  expect(firstSentence(text)).toBe(first);
});

describe('refused is', () => {
  const wrongFix = 'a wrong-fix has a sentence `Tried: …`, then **Still leaks because**';

  test.each([
    {
      what: 'a program without a comment',
      source: 'run();',
      role: 'fix',
      message: 'a.ts: no doc comment',
      next: 'begin it with /** … */; a fix has a sentence `Fixed: …`',
    },
    {
      what: 'a comment that stands elsewhere',
      source: `run(); ${stories.fix}`,
      role: 'fix',
      message: 'a.ts: no doc comment',
      next: 'begin it with /** … */; a fix has a sentence `Fixed: …`',
    },
    {
      what: 'an opening without its word',
      source: stories.wrong.replace('Tried: it', 'It'),
      role: 'wrong-fix',
      message: 'a.ts: its doc comment begins "It is unref\'d." and has the parts Still leaks because',
      next: wrongFix,
    },
    {
      what: 'a word with nothing behind it',
      source: '/** Fixed: */',
      role: 'fix',
      message: 'a.ts: its doc comment begins "Fixed:" and has the parts none',
      next: 'a fix has a sentence `Fixed: …`',
    },
    {
      what: 'a part in the wrong place',
      source: '/** A. **Is none because** It is. **Looks like a leak** It does. */',
      role: 'decoy',
      message: 'a.ts: its doc comment begins "A." and has the parts Is none because, Looks like a leak',
      next: 'a decoy has its story in one sentence, then **Looks like a leak**, **Is none because**',
    },
    {
      what: 'an empty part',
      source: '/** A. **Looks like a leak** **Is none because** It is stopped. */',
      role: 'decoy',
      message: 'a.ts: nothing is written under **Looks like a leak**',
      next: 'write a sentence or two',
    },
    {
      what: 'a reason of two sentences',
      source: stories.wrong.replace('on. */', 'on. And on. */'),
      role: 'wrong-fix',
      message: 'a.ts: **Still leaks because** is 2 sentences',
      next: 'say why it still leaks in exactly one sentence, with a full stop',
    },
  ] as const)('$what', async ({ source, role, message, next }) => {
    expect(await refusal(() => parseStory(source, role, 'a.ts'))).toEqual({ problem: message, next });
  });
});
