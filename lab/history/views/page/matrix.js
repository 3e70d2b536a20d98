import { data } from './data.js';
import { $, el, number } from './element.js';

const [width, height, left, bottom, top, right] = [520, 380, 64, 46, 22, 26];

/** Draws the open causes by frequency and blocking time; those of the list have their rank. */
export function drawMatrix(first) {
  const { frequency, blocking } = data.terms;
  const x = (at) => left + frequency[at] * (width - left - right);
  const y = (at) => height - bottom - blocking[at] * (height - top - bottom);
  const longest = Math.max(0, ...data.open.map((cause) => data.waited[cause]));
  const svg = el('svg', {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': `${number(data.open.length)} open causes by frequency and blocking time; the table of priorities has their numbers`,
  });
  for (const share of [0, 0.5, 1]) {
    const [across, up] = [
      left + share * (width - left - right),
      height - bottom - share * (height - top - bottom),
    ];
    svg.append(
      el('line', { class: 'rule', x1: across, x2: across, y1: top, y2: height - bottom }),
      el('line', { class: 'rule', x1: left, x2: width - right, y1: up, y2: up }),
      el('text', { x: across, y: height - bottom + 18, 'text-anchor': 'middle' }, `${share * 100}%`),
      el('text', { x: left - 6, y: up + 4, 'text-anchor': 'end' }, timeOf(longest * share)),
    );
  }
  svg.append(
    el(
      'text',
      { x: (left + width - right) / 2, y: height - 6, 'text-anchor': 'middle' },
      'frequency: runs that saw it',
    ),
    el('text', { x: left + 6, y: top - 8 }, 'blocking: time that files waited'),
  );
  // a dot is a line of no length: one path for all is drawn at once
  const dots = frequency.map((_, at) => `M${x(at).toFixed(1)} ${y(at).toFixed(1)}h0`);
  svg.append(el('path', { class: 'dots', d: dots.join('') }));
  const places = [];
  for (const [index, at] of first.entries()) {
    // numbers that would cover one another stand side by side
    let [px, py] = [x(at), y(at)];
    while (places.some(([ox, oy]) => Math.abs(ox - px) < 17 && Math.abs(oy - py) < 17)) {
      py += 17;
      if (py > height - bottom) [px, py] = [px - 17, y(at)];
    }
    places.push([px, py]);
    if (py !== y(at)) svg.append(el('line', { class: 'lead', x1: x(at), y1: y(at), x2: px, y2: py }));
    svg.append(
      el('circle', { class: 'rank', cx: px, cy: py, r: 8.5 }),
      el('text', { class: 'rank', x: px, y: py + 3.5, 'text-anchor': 'middle' }, String(index + 1)),
    );
  }
  $('#matrix-picture').replaceChildren(svg);
}

function timeOf(ms) {
  return ms >= 1000 ? `${number(ms / 1000, ms % 1000 === 0 ? 0 : 1)} s` : `${number(ms)} ms`;
}
