import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { explain } from './explain.ts';
import type { Judgement } from './judge.ts';

/** The run as JUnit XML: a suite for each family, a case for each program. */
export function toJunit(judgements: readonly Judgement[], ms: number): string {
  const suites = Map.groupBy(judgements, ({ program }) => program.family);
  const failures = judgements.filter(({ verdict }) => verdict !== 'ok').length;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="leaklab run" tests="${judgements.length}" failures="${failures}" time="${seconds(ms)}">`,
  ];
  for (const [family, own] of suites) {
    const failed = own.filter(({ verdict }) => verdict !== 'ok').length;
    const time = own.reduce((sum, each) => sum + each.ms, 0);
    lines.push(
      `  <testsuite name="${family}" tests="${own.length}" failures="${failed}" time="${seconds(time)}">`,
    );
    for (const judgement of own) lines.push(...testCase(judgement));
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

function testCase(judgement: Judgement): string[] {
  const { program, verdict, problem, ms } = judgement;
  const file = escape(relative(process.cwd(), program.file));
  const head = `    <testcase classname="${program.family}" name="${escape(`${program.id} ${program.role}`)}" file="${file}" time="${seconds(ms)}"`;
  if (verdict === 'ok') return [`${head}/>`];
  const text = escape(stripVTControlCharacters(explain(judgement)));
  return [
    `${head}>`,
    `      <failure message="${escape(problem ?? verdict)}">${text}</failure>`,
    '    </testcase>',
  ];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Also takes out what XML 1.0 can't hold at all. */
function escape(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .toWellFormed()
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
