import { describe, expect, test } from 'vitest';
import { refusal } from '../../fixtures/refusal.ts';
import type { CauseHistory } from '../../history/cause-history.ts';
import { causeOf, fixedAfter } from '../fixtures/histories.ts';
import { joinNodes, splitNodes, toAdf, wordsIn } from './adf.ts';
import { valuesOf } from './fields.ts';
import { joinText, marker, splitText, toMarkdown } from './markdown.ts';
import { redact } from './redact.ts';
import { fill, parseTemplate, type Filled } from './template.ts';
import { usualTemplate } from './usual-template.ts';

const root = '/builds/acme/shop';

function filled(template: string, own: Partial<CauseHistory> = {}, owners: readonly string[] = []): Filled {
  const values = valuesOf(causeOf(1, own), { root, owners, isFixed: (own.cleanRuns ?? 0) >= 5 });
  return fill(parseTemplate(template, 'ticket.md'), values);
}

function markdown(body: string, own: Partial<CauseHistory> = {}, owners: readonly string[] = []): string {
  return toMarkdown(filled(`# x\n${body}`, own, owners));
}

describe('a template', () => {
  test('names all that is sent, and leaves out lines without a value', () => {
    const { title, lines } = filled(
      '# {{kind}}: {{ function }}\n\nowner: {{owner}}\n{{runs}} of {{watched}}, {{package}}\nend\n',
    );
    expect(title).toBe('timer: startPolling');
    expect(toMarkdown({ title, lines })).toBe('4 of 6,\nend');
  });

  test('repeats the line of a test, five times at most', () => {
    const tests = Array.from({ length: 7 }, (_, index) => `a.test.ts > ${index}`);
    expect(markdown('- {{label}} `{{test}}`', { tests }).split('\n')).toEqual([
      ...[0, 1, 2, 3, 4].map((index) => `- leaklab-000000010123 \`a.test.ts > ${index}\``),
      '- leaklab-000000010123 `2 more`',
    ]);
  });

  test('drops a block of code that lost its line', () => {
    expect(markdown('a\n\n```js\n{{source}}\n```\n\nb', { source: '' })).toBe('a\n\nb');
  });

  test.each([
    [
      'no title\n',
      'ticket.md: expected a title as `# …` in the first line, got "no title"',
      '# Leak: {{title}}',
    ],
    ['', 'ticket.md: expected a title as `# …` in the first line, got ""', '# Leak: {{title}}'],
    [
      '# x\n\n{{ownr}}',
      'ticket.md:3: no placeholder {{ownr}}; did you mean `owner`?',
      'leaklab tickets --help lists the placeholders',
    ],
  ])('%j is refused', async (text, problem, next) => {
    expect(await refusal(() => parseTemplate(text, 'ticket.md'))).toEqual({ problem, next });
  });

  test('the usual one says what leaks, and later what fixed it', () => {
    expect(toMarkdown(filled(usualTemplate, {}, ['@acme/shop'])))
      .toBe(`Leaks: last seen on 2026-11-25 in 9f8e7d6c5b4a.

- at: \`src/poll-1.ts:12\`
- owner: @acme/shop
- why: a timer keeps its callback's variables in memory until it is cleared
- seen: still open after the wait

\`\`\`js
const timer = setInterval(poll, 1000);
\`\`\`

- at most 3 at once, on Node 24.21.0
- first seen: 2026-11-02 in 1a2b3c4d5e6f
- leaked by: \`test/poll.test.ts > the poller > polls\`

leaklab keeps this ticket by its label \`leaklab-000000010123\`, and closes it when the leak is gone.`);
    expect(toMarkdown(filled(usualTemplate, fixedAfter(5)))).toMatch(
      /^Fixed by f1f1f1f1f1f1: 5 runs without it since 2026-11-27\.\n/,
    );
  });
});

describe('a value stays text', () => {
  const says = (name: string): Partial<CauseHistory> => ({ function: name });

  test.each([
    ['**bold** [a](b) <img src=x>', String.raw`\*\*bold\*\* \[a\]\(b\) \<img src=x\>`],
    ['@ada #12 !3 GH-4 &lt;', '@\u200Bada #\u200B12 !\u200B3 GH-\u200B4 &\u200Blt;'],
    ['/close', String.raw`\/close`],
    ['# title', String.raw`\# title`],
    ['1. item', String.raw`1\. item`],
    ['a\n/close', 'a /close'],
  ])('%j in text', (name, expected) => {
    expect(markdown('{{function}}', says(name))).toBe(expected);
  });

  test('in a span and in a block of code', () => {
    expect(markdown('`{{function}}` end', says('a`@b`'))).toBe('`aʼ@bʼ` end');
    expect(markdown('~~~\n{{source}}\n~~~', { source: '~~~ @x' })).toBe('~~~\n    ~~~ @x\n~~~');
    expect(markdown('```\n{{source}}\n```', { source: '`${a}` <b>' })).toBe('```\n`${a}` <b>\n```');
  });

  test('owners are mentioned, as CODEOWNERS has them', () => {
    expect(
      markdown('{{owner}}', {}, ['@ada', '@acme/shop_team', 'bo@acme.example', 'the *best* @ team']),
    ).toBe(String.raw`@ada @acme/shop_team bo@acme.example the \*best\* @ team`);
  });
});

describe('paths outside of the project are cut', () => {
  test.each([
    [`${root}/src/a.ts is read`, true, 'src/a.ts is read'],
    ['/home/ada/.ssh/id_rsa', true, '…'],
    ['/data/customers/4711.pdf', true, '…'],
    ['file:///home/ada/a.js', false, '…'],
    [String.raw`C:\Users\ada\a.js`, false, '…'],
    ['../../secret/a.js', true, '…'],
    ["open('/home/ada/key.pem') fails", false, "open('…') fails"],
    ['GET /orders/7 answers', false, 'GET /orders/7 answers'],
    ['https://ada:pw@api.example/v1?token=x#y fails', false, 'https://api.example/v1 fails'],
    ['postgres://app:pw@db/orders', true, 'postgres://db/orders'],
    ['a\u001B[31mb\u202Ec', false, 'ab�c'],
  ])('%j', (text, isFromRun, expected) => {
    expect(redact(text, root, isFromRun)).toBe(expected);
  });

  test('code outside of the project is not sent at all', () => {
    const place = { path: '/home/ada/lib/a.js', line: 3, column: 1 };
    const all = '# {{title}}\n{{place}}|{{path}}|{{line}}\n{{function}}\n{{source}}\n{{test}}\n{{facts}}';
    const { title, lines } = filled(all, {
      kind: 'fd',
      type: 'FileHandle',
      facts: { path: '/home/ada/customers.csv' },
      place,
      tests: ['/home/ada/a.test.ts > reads'],
    });
    expect(title).toBe('open descriptor (fd, FileHandle)');
    expect(toMarkdown({ title, lines })).toBe('… \\> reads\n…');
  });
});

describe('notes of people', () => {
  test('stay below the marker, also with the line ends of browsers', () => {
    const text = joinText('ours', 'theirs\n\nmore').replaceAll('\n', '\r\n');
    expect(splitText(text)).toEqual({ own: 'ours', notes: 'theirs\n\nmore' });
    expect(splitText(joinText('ours', ''))).toEqual({ own: 'ours', notes: '' });
  });

  test('are the whole text if the marker is gone', () => {
    expect(splitText('all of it')).toEqual({ own: '', notes: 'all of it' });
    expect(joinText('ours', 'all of it')).toBe(`ours\n\n${marker}\nall of it\n`);
  });
});

describe('a document of Jira', () => {
  test('has the blocks of the template, and values as text alone', () => {
    const nodes = toAdf(
      filled('# x\n## {{kind}}\none `{{function}}`\ntwo\n- a {{type}}\n- b\n\n```\n{{source}}\n```', {
        function: '**x**`',
      }),
    );
    expect(nodes).toEqual([
      { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'timer' }] },
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'one ' },
          { type: 'text', text: '**x**`', marks: [{ type: 'code' }] },
          { type: 'hardBreak' },
          { type: 'text', text: 'two' },
        ],
      },
      {
        type: 'bulletList',
        content: ['a Timeout', 'b'].map((words) => ({
          type: 'listItem',
          content: [
            {
              type: 'paragraph',
              content: words.split(/(?<=a )/).map((each) => ({ type: 'text', text: each })),
            },
          ],
        })),
      },
      { type: 'codeBlock', content: [{ type: 'text', text: 'const timer = setInterval(poll, 1000);' }] },
    ]);
  });

  test('is split at the marker', () => {
    const own = toAdf(filled(usualTemplate));
    const notes = [{ type: 'paragraph', content: [{ type: 'text', text: 'mine' }] }];
    expect(splitNodes(joinNodes(own, notes))).toEqual({ own: wordsIn(own), notes });
    expect(splitNodes({ type: 'doc', content: notes })).toEqual({ own: '', notes });
    expect(splitNodes(null)).toEqual({ own: '', notes: [] });
  });
});
