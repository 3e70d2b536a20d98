import { array, assert, constantFrom, integer, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { kinds } from '../../contract.ts';
import { AnswerError, parseAnswer } from './answer.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_125);

/** Returns the message with which `text` is refused. */
function refusal(text: string): string {
  try {
    parseAnswer(text);
  } catch (error) {
    if (error instanceof AnswerError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('an answer is a record each line; empty lines and an empty answer say nothing', () => {
  const text =
    '{"type":"Timeout","file":"/a.ts","line":12}\n\r\n{}\n{"kind":"fd","count":2,"frames":[{"file":"file:///a.ts","line":1}]}\n';
  expect(parseAnswer(text)).toEqual([
    { type: 'Timeout', file: '/a.ts', line: 12 },
    {},
    { kind: 'fd', count: 2, frames: [{ file: 'file:///a.ts', line: 1 }] },
  ]);
  expect(parseAnswer('\n')).toEqual([]);
});

test.each([
  [
    '{"type":"Timeout"}\nhello',
    'line 2 is no JSON: hello; expected a record such as {"type":"Timeout","line":12}',
  ],
  ['[1]', 'line 1: expected an object, got [1]'],
  ['{"kinds":"timer"}', 'line 1: unknown field "kinds"; there are kind, type, file, line, count, frames'],
  ['{"kind":"clock"}', `line 1: \`kind\` is "clock"; expected one of ${kinds.join(', ')}`],
  ['{"type":""}', 'line 1: `type` is ""; expected a text'],
  ['{"file":"a.ts","line":1}', 'line 1: `file` is "a.ts"; expected an absolute path or a file: URL'],
  ['{"file":"/a.ts","line":"12"}', 'line 1: `line` is "12"; expected a whole number from 1'],
  ['{"file":"/a.ts","line":0}', 'line 1: `line` is 0; expected a whole number from 1'],
  ['{"line":12}', 'line 1: a `line` without its `file`'],
  ['{"count":-1}', 'line 1: `count` is -1; expected a whole number from 1'],
  ['{"frames":[{"file":"/a.ts"}]}', 'line 1, frame 1: `line` is missing; expected a whole number from 1'],
])('%s is refused with the reason', (text, message) => {
  expect(refusal(text)).toBe(message);
});

test(`a valid answer is read as it was written (seed ${seed})`, () => {
  const finding = record(
    {
      kind: constantFrom(...kinds),
      type: string({ minLength: 1 }),
      count: integer({ min: 1, max: 1000 }),
      frames: array(
        record({ file: constantFrom('/a.ts', 'file:///b.ts'), line: integer({ min: 1, max: 99 }) }),
      ),
    },
    { requiredKeys: [] },
  );
  assert(
    property(array(finding), (findings) => {
      const text = findings.map((each) => `${JSON.stringify(each)}\n`).join('');
      expect(parseAnswer(text)).toEqual(findings);
    }),
    { seed },
  );
});
