import { data } from './data.js';
import { $, el, number, table } from './element.js';

const [width, height, left, bottom, top] = [680, 330, 52, 22, 10];

/** Shows the open causes of each week, and below them what came and went. */
export function showTrend() {
  const { weeks } = data.trend;
  $('#trend-picture').replaceChildren(drawn(weeks));
  $('#trend-table').replaceChildren(
    table(
      ['week', 'open', 'new', 'fixed', 'reopened', 'leaks', 'runs', 'age, days'],
      weeks
        .toReversed()
        .map((each) => [
          each.week,
          number(each.open),
          number(each.new),
          number(each.fixed),
          number(each.reopened),
          number(each.leaks),
          number(each.runs),
          each.age === undefined ? '' : number(each.age),
        ]),
    ),
  );
}

function drawn(weeks) {
  const last = weeks.at(-1);
  const label = last
    ? `${number(last.open)} open causes at the end of ${last.week}; the table has each week`
    : 'no week';
  const svg = el('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
  const step = (width - left) / Math.max(1, weeks.length);
  const most = Math.max(1, ...weeks.map(({ open }) => open));
  const change = Math.max(1, ...weeks.map((each) => Math.max(each.new + each.reopened, each.fixed)));
  const upper = 190;
  const middle = upper + 24 + (height - bottom - upper - 24) / 2;
  const half = (height - bottom - upper - 24) / 2;
  const y = (open) => upper - ((upper - top) * open) / most;
  for (const [value, at] of [
    [most, y(most)],
    [0, y(0)],
  ])
    svg.append(...gridLine(number(value), at));
  svg.append(
    ...gridLine(`+${number(change)}`, middle - half),
    ...gridLine('0', middle),
    ...gridLine(`−${number(change)}`, middle + half),
  );
  let area = `M${left} ${y(0)}`;
  for (const [at, { open }] of weeks.entries())
    area += `L${left + at * step} ${y(open).toFixed(1)}h${step.toFixed(2)}`;
  svg.append(el('path', { class: 'area', d: `${area}V${y(0)}Z` }));
  const bar = (at, from, count, name) => {
    const size = (half * count) / change;
    const [x, inner] = [left + at * step + step * 0.1, step * 0.8];
    if (count > 0)
      svg.append(
        el('rect', { class: name, x, y: name === 'fixed' ? from : from - size, width: inner, height: size }),
      );
    return size;
  };
  for (const [at, each] of weeks.entries()) {
    const size = bar(at, middle, each.new, 'new');
    bar(at, middle - size, each.reopened, 'back');
    bar(at, middle, each.fixed, 'fixed');
  }
  const every = Math.ceil(weeks.length / 9);
  for (let at = 0; at < weeks.length; at += every)
    svg.append(el('text', { x: left + at * step, y: height - 6 }, weeks[at].week.slice(2)));
  return svg;
}

function gridLine(text, y) {
  return [
    el('line', { class: 'rule', x1: left, x2: width, y1: y, y2: y }),
    el('text', { x: left - 6, y: y + 4, 'text-anchor': 'end' }, text),
  ];
}
