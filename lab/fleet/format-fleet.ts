import { relative } from 'node:path';
import { counted } from '../../detector/internal.ts';
import type { Fleet, FleetLine } from './fleet.ts';

const shownLines = 20;

/**
 * Formats the merged reports of a fleet for people, a line of the program in two lines of text.
 *
 * @param root the folder to which paths are shown relative
 */
export function formatFleet({ instances, lines }: Fleet, root: string): string {
  const alarming = lines.filter((line) => line.alarming > 0).length;
  const of = `${instances} ${instances === 1 ? 'instance' : 'instances'}`;
  const rest = lines.length - shownLines;
  return [
    lines.length === 0 ? `no line stays open on ${of}` : `${lines.length} lines stay open on ${of}`,
    ...lines.slice(0, shownLines).flatMap((line) => ['', ...shown(line, instances, root)]),
    ...(rest > 0 ? ['', `${rest} more with --json`] : []),
    '',
    alarming === 0
      ? 'holds: no line alarms'
      : `fails: ${alarming} ${alarming === 1 ? 'line alarms' : 'lines alarm'}; begin with the first`,
    '',
  ].join('\n');
}

function shown(
  { kind, type, site, growing, alarming, count, growth, age }: FleetLine,
  of: number,
  root: string,
): string[] {
  const path = site && relative(root, site.file);
  const file = path === undefined || path.startsWith('..') ? site?.file : path;
  const place = site ? `${file}:${site.line} in ${site.function}` : 'an unknown line';
  return [
    `${counted(kind, count)} (${type}) at ${place}`,
    `  grows on ${growing} of ${of}, alarms on ${alarming}; ${growth} more a minute, for ${minutes(age)} min`,
  ];
}

function minutes(ms: number): string {
  return (ms / 60_000).toFixed(ms < 600_000 ? 1 : 0);
}
