import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Evidence, Finding, Report, Site } from '../finding.ts';
import { kinds } from '../kinds.ts';
import { formatReport } from './format-report.ts';
import { causesOf } from './same-cause.ts';

/** The same reports each time; others by `SEED=…`. */
const seed = Number(process.env['SEED'] ?? 20_261_124);

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sources = {
  'plain.ts': 'one\n\n\tthree(\n  four);\n',
  'long.ts': `${'x'.repeat(5000)}\n${'😀'.repeat(3000)}\n`,
  'odd.ts': 'a\r\nb\rc\u2028d \u001B[31mred\u001B[0m\u0007\n\u0000',
  'escapes.ts': '\u001B[31mred\u001B[0m\u009B1m \u0007 \u202E\n'.repeat(20),
};
for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text);

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\t', '\u001B', '[', '3', '1', 'm', '\u0000', '→') }),
);
/** Long ones too, and some that can't be. */
const path = fc.oneof(
  fc.constantFrom(...Object.keys(sources)).map((name) => join(folder, name)),
  fc
    .string({ unit: fc.constantFrom('a', 'ü', '-', '.', '/'), minLength: 1, maxLength: 200 })
    .map((name) => `/gone/x${name}`),
);
const site: fc.Arbitrary<Site> = fc.record({
  file: path,
  line: fc.integer({ min: -1, max: 30 }),
  column: fc.integer({ min: -1, max: 6000 }),
  function: text,
});
const finding: fc.Arbitrary<Finding> = fc.record(
  {
    kind: fc.constantFrom(...kinds),
    type: fc.oneof(text, fc.constantFrom('Timeout', 'fetch', 'UDPWRAP', 'AbortSignal')),
    count: fc.nat(),
    related: fc.array(site, { maxLength: 3 }),
    stack: fc.array(text, { maxLength: 3 }),
    owner: text,
    evidence: fc.constantFrom<Evidence[]>('alive', 'attached', 'pending', 'unreachable'),
    site,
    detail: text,
    lesson: text,
    advice: text,
    chain: fc.array(site, { maxLength: 4 }),
    path: fc.array(text, { maxLength: 4 }),
  },
  { requiredKeys: ['kind', 'type', 'count', 'related', 'stack', 'owner', 'evidence'] },
);
const rule = fc.record({ reason: text, expires: text });
const report: fc.Arbitrary<Report> = fc.record({
  version: fc.constant(1),
  leaks: fc.array(finding, { maxLength: 6 }),
  ignored: fc.array(
    fc.tuple(finding, text).map(([each, reason]) => ({ ...each, reason })),
    { maxLength: 4 },
  ),
  notJudged: fc.array(
    fc.record({ type: text, why: text, count: fc.nat() }, { requiredKeys: ['type', 'why'] }),
    {
      maxLength: 2,
    },
  ),
  unusedRules: fc.array(rule, { maxLength: 2 }),
  expiredRules: fc.array(rule, { maxLength: 2 }),
  failedProbes: fc.array(fc.record({ probe: text, error: text }), { maxLength: 3 }),
});
const width = fc.integer({ min: 40, max: 200 });
const limit = fc.integer({ min: 0, max: 7 });

/** Lines that begin with a place: their paths may be as long as they are. */
const isPlace = (line: string): boolean => /^ +(?:at|see|waits|└)/.test(line);

test(`any report has its lines in the width, every cause once, and nothing that a terminal obeys (seed ${seed})`, () => {
  const property = fc.property(report, width, limit, (report, width, limit) => {
    const lines = formatReport(report, { width, limit }).split('\n');
    expect(lines.filter((line) => line.length > width && !isPlace(line))).toEqual([]);
    expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
    const shown = causesOf(report.leaks).slice(0, limit);
    const placed = shown.flatMap(({ finding: { site } }) =>
      site ? [`  at ${site.file}:${site.line}:${site.column} in `] : [],
    );
    const told = lines.filter((line) => /^ {2}at .* in /.test(line));
    expect(told.map((line, index) => line.slice(0, placed[index]?.length))).toEqual(placed);
  });
  fc.assert(property, { seed, numRuns: 500 });
});

test(`colour changes nothing but the colour (seed ${seed})`, () => {
  const property = fc.property(report, width, limit, (report, width, limit) => {
    const coloured = formatReport(report, { width, limit, colour: true });
    expect(stripVTControlCharacters(coloured)).toBe(formatReport(report, { width, limit }));
  });
  fc.assert(property, { seed, numRuns: 200 });
});
