import { array, assert, constant, constantFrom, integer, oneof, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kinds } from '../contract.ts';
import { refusal } from '../fixtures/refusal.ts';
import { parseMarkers } from './markers.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_123);
const next = `write \`// LEAK: <kind>\` or \`// LEAK: <kind> x3\`, with one of ${kinds.join(', ')}`;

test('a marker is its kind, its line and one', () => {
  expect(parseMarkers('start();\nsetInterval(tick, 5); // LEAK: timer\n', 'a.ts')).toEqual({
    leaks: [{ kind: 'timer', line: 2, count: 1 }],
    also: [],
  });
});

test('x3 is a count, ALSO another line', () => {
  const source = 'connect(); // LEAK: socket x3\nlisten();  // ALSO\nawait never; // LEAK: await x12';
  expect(parseMarkers(source, 'a.ts')).toEqual({
    leaks: [
      { kind: 'socket', line: 1, count: 3 },
      { kind: 'await', line: 3, count: 12 },
    ],
    also: [2],
  });
});

test('a source without markers has none', () => {
  expect(parseMarkers('// LEAKS: none\nALSO();\n//LEAK: timer', 'a.ts')).toEqual({ leaks: [], also: [] });
});

test('lines that end as on Windows are read as well', () => {
  expect(parseMarkers('a();\r\nb(); // LEAK: fd\r\nc(); // ALSO\r\n', 'a.ts')).toEqual({
    leaks: [{ kind: 'fd', line: 2, count: 1 }],
    also: [3],
  });
});

describe('refused is', () => {
  test.each([
    { what: 'no kind', marker: '// LEAK' },
    { what: 'nothing after the colon', marker: '// LEAK:' },
    { what: 'an unknown kind', marker: '// LEAK: interval' },
    { what: 'a kind in capitals', marker: '// LEAK: Timer' },
    { what: 'two kinds', marker: '// LEAK: timer, socket' },
    { what: 'a count of nothing', marker: '// LEAK: timer x0' },
    { what: 'a count that begins with 0', marker: '// LEAK: timer x03' },
    { what: 'a negative count', marker: '// LEAK: timer x-1' },
    { what: 'a count without its x', marker: '// LEAK: timer 3' },
    { what: 'text behind the kind', marker: '// LEAK: timer of the sweeper' },
    { what: 'text behind the count', marker: '// LEAK: timer x3 (or so)' },
    { what: 'a second marker', marker: '// LEAK: timer // LEAK: socket' },
  ])('$what', async ({ marker }) => {
    const work = (): unknown => parseMarkers(`start();\n\nstop(); ${marker}\n`, 'patterns/timer/a.ts');
    expect(await refusal(work)).toEqual({
      problem: `patterns/timer/a.ts:3: marker without a known kind: \`${marker}\``,
      next,
    });
  });
});

test(`whatever was written is read back (seed ${seed})`, () => {
  const code = string({ unit: 'grapheme' }).filter((text) => !/[\r\n]|\/\/ (?:LEAK|ALSO)\b/.test(text));
  const mark = oneof(
    constant(undefined),
    constant('also' as const),
    record({ kind: constantFrom(...kinds), count: integer({ min: 1, max: 99 }) }),
  );
  const lines = array(record({ code, mark }));
  const readsBack = property(lines, constantFrom('\n', '\r\n'), (written, end) => {
    const source = written.map((line) => {
      if (line.mark === undefined) return line.code;
      if (line.mark === 'also') return `${line.code} // ALSO`;
      return `${line.code} // LEAK: ${line.mark.kind}${line.mark.count === 1 ? '' : ` x${line.mark.count}`}`;
    });
    const numbered = written.map(({ mark }, index) => ({ mark, line: index + 1 }));
    expect(parseMarkers(source.join(end), 'a.ts')).toEqual({
      leaks: numbered.flatMap(({ mark, line }) => (typeof mark === 'object' ? [{ ...mark, line }] : [])),
      also: numbered.flatMap(({ mark, line }) => (mark === 'also' ? [line] : [])),
    });
  });
  assert(readsBack, { seed, numRuns: 500 });
});
