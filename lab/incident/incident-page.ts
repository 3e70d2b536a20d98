import { readFileSync } from 'node:fs';
import { html } from '../docs/pages/html.ts';
import type { Gauge } from './incidents.ts';
import type { Course, Replay } from './run-incident.ts';
import { rounded } from './chart.ts';
import { beside, letters, phaseWords, recovery, seenBy } from './words.ts';

const width = 420;
const height = 200;
const left = 48;
const bottom = 22;

/** Returns a page with the curves of all variants side by side: one file that requests nothing. */
export function incidentPage(result: Replay): string {
  const { incident, courses, rate, isLowered } = result;
  const most = (gauge: Gauge): number =>
    Math.max(10, ...courses.flatMap(({ samples }) => samples.map((sample) => sample[gauge])));
  const columns = courses.map(
    (course) => `<section><h2>${html(course.contender.title)} <small>${course.contender.role}</small></h2>
${picture(course, result, 'waiting', most('waiting'), 'callers that wait')}
${picture(course, result, 'other', most('other'), incident.other)}
<p><b>The detector:</b> ${html(seenBy(course))}</p>
<details><summary>the program</summary><pre>${html(sourceOf(course))}</pre></details></section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(incident.title)}</title><style>${style}</style></head><body><main>
<h1>${html(incident.title)}</h1>
<p>${html(incident.story)}</p>
<p>${rate} requests a second for each variant${isLowered ? ', as this machine can do no more' : ''}, on Node ${process.versions.node}.
The incident begins after ${incident.time.healthy / 1000} s and ends after ${(incident.time.healthy + incident.time.ill) / 1000} s. The dotted line
is the count that <a href="https://en.wikipedia.org/wiki/Little%27s_law">Little’s law</a> expects: arrivals a second × the time that each stays.</p>
${tableOf(result)}
<div class="columns">${columns.join('\n')}</div>
<p>Pairs of the catalogue that teach the same: ${incident.lessons.map(html).join(', ')}.</p>
</main></body></html>
`;
}

function tableOf({ incident, courses }: Replay): string {
  const head = [
    '',
    'variant',
    'when',
    'callers that wait',
    incident.other,
    'memory',
    'failed',
    'good answers/s',
    'healthy again',
  ];
  const rows = courses.flatMap((course, index) =>
    (['healthy', 'ill'] as const).map((phase) => {
      const { waiting, other, memory, errors, goodput, expected } = course.figures.phases[phase];
      return [
        letters[index] ?? '',
        course.contender.title,
        phaseWords[phase],
        beside(waiting, expected.waiting),
        beside(other, expected.other),
        `${Math.round(memory / 1e6)} MB`,
        `${Math.round(errors * 100)}%`,
        String(Math.round(goodput)),
        phase === 'ill' ? `${recovery(course, 'waiting')}, ${recovery(course, 'other')}` : '',
      ];
    }),
  );
  const cells = (tag: 'th' | 'td', row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${html(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll" tabindex="0"><table><caption>Measured counts of expected ones; healthy again: callers, ${html(incident.other)}</caption>
<thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table></div>`;
}

/** Draws one count of one variant over time, with the expected level during the incident. */
function picture(
  { contender, samples, figures }: Course,
  { incident }: Replay,
  gauge: Gauge,
  most: number,
  name: string,
): string {
  const { healthy, ill, healed } = incident.time;
  const until = healthy + ill + healed;
  const x = (at: number): number => left + (at / until) * (width - left - 8);
  const y = (value: number): number => height - bottom - (value / most) * (height - bottom - 12);
  const points = samples
    .map((sample) => `${x(sample.at).toFixed(1)},${y(sample[gauge]).toFixed(1)}`)
    .join(' ');
  const expected = figures.phases.ill.expected[gauge];
  const level =
    expected === undefined
      ? ''
      : `<line class="expected" x1="${x(healthy)}" x2="${x(healthy + ill)}" y1="${y(expected)}" y2="${y(expected)}"/>`;
  const peak = Math.max(0, ...samples.map((sample) => sample[gauge]));
  return `<figure><figcaption>${html(name)}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${html(`${contender.title}: ${name} over ${until / 1000} s, at most ${rounded(peak)}`)}">
<rect class="ill" x="${x(healthy)}" y="8" width="${x(healthy + ill) - x(healthy)}" height="${height - bottom - 8}"/>
<line class="axis" x1="${left}" x2="${width - 8}" y1="${y(0)}" y2="${y(0)}"/>
<text x="${left - 4}" y="${y(most) + 4}" text-anchor="end">${rounded(most)}</text><text x="${left - 4}" y="${y(0)}" text-anchor="end">0</text>
<text x="${left}" y="${height - 6}">0 s</text><text x="${width - 8}" y="${height - 6}" text-anchor="end">${until / 1000} s</text>
${level}<polyline class="${contender.role === 'fix' ? 'fix' : 'leak'}" points="${points}"/></svg></figure>`;
}

function sourceOf({ contender }: Course): string {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return readFileSync(new URL(`./${contender.program}${extension}`, import.meta.url), 'utf8').trim();
}

const style = `
:root{color-scheme:light dark;--ink:light-dark(#1c2330,#e4e8ef);--quiet:light-dark(#5a6475,#9aa5b6);--paper:light-dark(#fff,#14181f);--line:light-dark(#d9dee7,#2c3441);--accent:light-dark(#1f5fbf,#7fb2ff);--leak:light-dark(#b02a1a,#ff9482);--fix:light-dark(#0f6a4e,#74d3a8);--shade:light-dark(#f6efe4,#221f1a)}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1160px;margin:0 auto;padding:1.5rem 1rem 4rem}p{max-width:46rem}a{color:var(--accent)}h1,h2{line-height:1.2}h2{font-size:1.05rem}small{color:var(--quiet);font-weight:400}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.87rem}caption{text-align:left;color:var(--quiet)}th,td{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;white-space:nowrap}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:1.5rem}
section{min-width:0}figure{margin:.5rem 0}figcaption{color:var(--quiet);font-size:.87rem}svg{width:100%;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--quiet)}.axis{stroke:var(--line)}.ill{fill:var(--shade)}.expected{stroke:var(--quiet);stroke-dasharray:2 4}polyline{fill:none;stroke-width:2.5;stroke-linejoin:round}.leak{stroke:var(--leak)}.fix{stroke:var(--fix)}
pre{overflow-x:auto;border:1px solid var(--line);padding:.6rem;font-size:.8rem}`;
