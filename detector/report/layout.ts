import { relative } from 'node:path';
import * as util from 'node:util';
import type { Finding, Site } from '../finding.ts';
import { codeFrame } from './code-frame.ts';
import { certainty, meaningOf } from './meaning.ts';
import type { SameCause } from './same-cause.ts';
import { packageOf } from '../origin/frame.ts';
import type { Sources } from '../origin/source.ts';
import { titleOf } from './title.ts';
import { plain, wrap } from './wrap.ts';

export type Style = 'title' | 'place' | 'quiet' | 'proof' | 'label';

const formats: Readonly<Record<Style, Parameters<typeof util.styleText>[0]>> = {
  title: ['bold', 'red'],
  place: 'cyan',
  quiet: 'dim',
  proof: 'yellow',
  label: 'bold',
};

/** The width and style of a printed report. */
export interface Page {
  readonly width: number;
  readonly hasColour: boolean;
  readonly hasOwners: boolean;
  readonly sources: Sources;
}

export function paint({ hasColour }: Pick<Page, 'hasColour'>, style: Style, text: string): string {
  // the caller who asks for colour has checked the stream
  return hasColour && text !== '' ? util.styleText(formats[style], text, { validateStream: false }) : text;
}

const indent = '  ';
/** The width of the longest label and a blank. */
const labelWidth = 'lesson '.length;

/** Returns the lines that describe a cause; lines that name a place may be wider than the page. */
export function causeLines(cause: SameCause, page: Page): string[] {
  const { finding, owners, details } = cause;
  const { site, related, evidence, lesson, advice, chain = [], path = [] } = finding;
  const { why, fix } = meaningOf(finding);
  const lines = wrap(titleOf(finding), page.width).map((line) => paint(page, 'title', line));
  if (site) lines.push(`${indent}at ${paint(page, 'place', placeOf(site))}`, ...frameLines(site, page));
  else lines.push(`${indent}at an unknown line`, '');
  const say = (name: Label, text: string, style?: Style): void => {
    lines.push(...labelled(name, text, page, style));
  };
  if (finding.package !== undefined) {
    const isOnItsOwn = !site || packageOf(site.file) !== undefined;
    say(
      'by',
      `the package ${finding.package}, ${isOnItsOwn ? 'not in a call of yours' : 'called on this line'}`,
    );
  }
  for (const detail of details) say('fact', detail);
  say('why', why);
  say('known', certainty[evidence], evidence === 'unreachable' ? 'proof' : undefined);
  for (const [index, step] of chain.entries()) {
    const head = index === 0 ? label('waits', page) : indent + ' '.repeat(labelWidth);
    const branch = index === 0 ? '' : `${indent.repeat(index - 1)}└ `;
    lines.push(`${head}${branch}${placeOf(step)}`);
  }
  if (path.length > 0) say('held', path.join(' → '));
  if (fix !== undefined) say('fix', fix);
  if (lesson !== undefined) say('lesson', advice === undefined ? lesson : `${advice} (${lesson})`);
  for (const other of news(related, site, chain)) lines.push(`${label('see', page)}${placeOf(other)}`);
  if (page.hasOwners) say('owner', owners.join(', '));
  return lines;
}

/** Returns a cause as one line, such as `1 timer (Timeout, setInterval) at poll.js:4:18 in start`. */
export function headline(finding: Finding): string {
  return `${plain(titleOf(finding))} at ${finding.site ? placeOf(finding.site) : 'an unknown line'}`;
}

/** Returns `file:line:column in function`, with the file relative to the working directory if it lies below. */
export function placeOf(site: Site): string {
  const path = relative(process.cwd(), site.file);
  const file = path === '' || path.startsWith('..') ? site.file : path;
  return plain(`${file}:${site.line}:${site.column} in ${site.function}`);
}

/** Returns the related lines that are not shown yet. */
function news(related: readonly Site[], site: Site | undefined, chain: readonly Site[]): readonly Site[] {
  const known = new Set([...(site ? [site] : []), ...chain].map(lineOf));
  return related.filter((each) => {
    const isNew = !known.has(lineOf(each));
    known.add(lineOf(each));
    return isNew;
  });
}

function lineOf({ file, line }: Site): string {
  return `${file}\n${line}`;
}

function frameLines(site: Site, page: Page): string[] {
  const frame = codeFrame(page.sources.linesOf(site.file), site, page.width - indent.length);
  const styles = { around: 'quiet', site: undefined, caret: 'title' } as const;
  const lines = frame.map(({ role, text }) => {
    const style = styles[role];
    return indent + (style ? paint(page, style, text) : text);
  });
  return lines.length > 0 ? ['', ...lines, ''] : [''];
}

type Label = 'by' | 'fact' | 'why' | 'known' | 'waits' | 'held' | 'fix' | 'lesson' | 'see' | 'owner';

function label(text: Label, page: Page): string {
  return `${indent}${paint(page, 'label', text)}${' '.repeat(labelWidth - text.length)}`;
}

function labelled(name: Label, text: string, page: Page, style?: Style): string[] {
  const hang = indent.length + labelWidth;
  return wrap(text, page.width - hang).map((line, index) => {
    const shown = style ? paint(page, style, line) : line;
    return index === 0 ? label(name, page) + shown : ' '.repeat(hang) + shown;
  });
}
