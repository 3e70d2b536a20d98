import { join } from 'node:path';
import { assert, constantFrom, property, string } from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { answer, finding, program } from './fixtures/judgement.ts';
import { judge, type Judgement } from './judge.ts';
import { toJunit } from './junit.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_123);
const folder = tempFolders();
const timer = { kind: 'timer', line: 1, count: 1 } as const;

/** JUnit XML as its reader sees it; attributes and text are strings. */
function parsed(xml: string): unknown {
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    parseTagValue: false,
    trimValues: false,
    ignoreDeclaration: true,
    isArray: (name) => name === 'testsuite' || name === 'testcase',
  });
  return withoutSpace(parser.parse(xml));
}

/** Takes out the white space between elements. */
function withoutSpace(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpace);
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).filter(
    ([name, part]) => name !== '#text' || !/^\s*$/.test(String(part)),
  );
  return Object.fromEntries(parts.map(([name, part]) => [name, withoutSpace(part)]));
}

/** A judgement of a program that threw, whose source is this text. */
function thrown(error: string, source = 'start();'): Judgement {
  const file = join(folder({ 'clock.ts': source }), 'clock.ts');
  return judge(program('pattern', [timer], { file }), answer([], { how: 'threw', error }), 250);
}

test('a run is a suite for each family and a case for each program', () => {
  const root = folder({ 'bell.ts': 'ring();\n' });
  const bell = { id: 'timer/bell', file: join(root, 'bell.ts') };
  const quiet = { id: 'stream/quiet', family: 'stream', file: join(root, 'quiet.ts') } as const;
  const judgements = [
    judge(program('pattern', [timer], bell), answer([finding('timer', 1, 1, bell.file)]), 1250),
    judge(program('decoy', [], quiet), answer([]), 400),
    judge(program('fix', [], bell), answer([finding('timer', 1, 1, bell.file)]), 750),
  ];
  expect(parsed(toJunit(judgements, 1800))).toEqual({
    testsuites: {
      name: 'leaklab run',
      tests: '3',
      failures: '1',
      time: '1.800',
      testsuite: [
        {
          name: 'timer',
          tests: '2',
          failures: '1',
          time: '2.000',
          testcase: [
            { classname: 'timer', name: 'timer/bell pattern', time: '1.250' },
            {
              classname: 'timer',
              name: 'timer/bell fix',

              time: '0.750',
              failure: {
                message: 'false alarm',
                '#text': expect.stringMatching(/^✗ .*bell\.ts: false alarm\n {2}expected {2}nothing\n/),
              },
            },
          ],
        },
        {
          name: 'stream',
          tests: '1',
          failures: '0',
          time: '0.400',
          testcase: [{ classname: 'stream', name: 'stream/quiet decoy', time: '0.400' }],
        },
      ],
    },
  });
});

/** The message and the text of the only failure. */
function failureOf(xml: string): { message: string; text: string } {
  const failure = /<failure message="([^"]*)">([^<]*)<\/failure>/.exec(xml);
  if (!failure) throw new Error(xml);
  const [message = '', text = ''] = failure
    .slice(1)
    .map((each) =>
      each.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    );
  return { message, text };
}

test('what XML has signs for is read back, and what it can not hold is replaced', () => {
  const xml = toJunit([thrown('a < b && "c" > d ]]> &amp; \u0000\u0008\u000b\u001f\ufffe\ud800')], 1);
  expect(XMLValidator.validate(xml)).toBe(true);
  expect(failureOf(xml)).toEqual({
    message: 'it threw a < b && "c" > d ]]> &amp; \ufffd\ufffd\ufffd\ufffd\ufffd\ufffd',
    text: expect.stringContaining(
      'clock.ts: it threw a < b && "c" > d ]]> &amp; \ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\n',
    ) as string,
  });
});

test('colours of the source are left out of the text', () => {
  expect(failureOf(toJunit([thrown('x', '\u001b[31mstart();\u001b[0m')], 1)).text).toContain('│ start();');
});

test(`no text makes it invalid (seed ${seed})`, () => {
  const text = string({
    unit: constantFrom(...'ab&<>"\']]>\u0000\u001b[31m\n\r\t\u2028\ufffe\uffff\ud83d\ude00'.split('')),
  });
  const staysValid = property(text, text, (error, source) => {
    const xml = toJunit([thrown(error, source)], 1);
    expect(XMLValidator.validate(xml)).toBe(true);
    // oxlint-disable-next-line no-control-regex
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u);
  });
  assert(staysValid, { seed, numRuns: 100 });
});
