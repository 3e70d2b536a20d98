import {
  countsOf,
  data,
  isOpen,
  leaksOf,
  lineOf,
  nameOf,
  size,
  spoken,
  stripOf,
  textOf,
  weeks,
} from './data.js';
import { $, el, number, plural, table } from './element.js';
import { openReport } from './report.js';
import { groupsOf, scalesOf } from './rows.js';

/** The number of causes up to which all groups are open at first. */
const fewCauses = 60;
const mostGroups = 200;
/** Rows that are drawn above and below those in view. */
const spare = 6;

const grid = $('#grid');
const controls = $('#heat-controls');
const body = el('div', { class: 'rows', role: 'rowgroup' });
const opened = new Set();
let groups = [];
let scales = { groups: [], causes: [] };
let rows = [];
let active = 0;
let height = 0;

/** Shows the heat map, and follows its controls, the mouse and the keys. */
export function showHeat() {
  controls.elements.by.value = data.by;
  grid.style.setProperty('--weeks', weeks.length);
  grid.replaceChildren(headOf(), body);
  controls.addEventListener('submit', (event) => event.preventDefault());
  controls.addEventListener('input', regroup);
  $('#fold').addEventListener('click', foldAll);
  grid.addEventListener('scroll', draw, { passive: true });
  grid.addEventListener('keydown', move);
  body.addEventListener('click', ({ target }) => {
    const row = target.closest('[data-row]');
    if (row) choose(Number(row.dataset.row));
  });
  body.addEventListener('mousemove', tip);
  new ResizeObserver(layOut).observe(grid);
  $('#heat-table').addEventListener('toggle', tabulate);
  regroup();
  if (size <= fewCauses) foldAll();
}

function regroup() {
  const { by, state, words } = controls.elements;
  groups = groupsOf({ by: by.value, state: state.value, words: words.value });
  scales = scalesOf(groups);
  const causes = groups.reduce((sum, group) => sum + group.causes.length, 0);
  $('#heat-count').textContent =
    `${plural(causes, 'cause')} of ${number(size)} in ${plural(groups.length, 'group')}`;
  $('#legends').replaceChildren(legend('causes', scales.causes), legend('groups', scales.groups));
  active = 0;
  list();
  tabulate();
}

/** Lists the rows of open groups. */
function list() {
  rows = groups.flatMap((group) => [
    { group },
    ...(opened.has(group.name) ? group.causes.map((cause) => ({ cause })) : []),
  ]);
  active = Math.min(active, Math.max(0, rows.length - 1));
  grid.setAttribute('aria-rowcount', rows.length + 1);
  $('#fold').textContent = groups.every(({ name }) => opened.has(name))
    ? 'close all groups'
    : 'open all groups';
  layOut();
}

function foldAll() {
  const isOpened = groups.every(({ name }) => opened.has(name));
  for (const { name } of groups) {
    if (isOpened) opened.delete(name);
    else opened.add(name);
  }
  list();
}

function layOut() {
  height = Number.parseFloat(getComputedStyle(grid).getPropertyValue('--row'));
  body.style.height = `${rows.length * height}px`;
  draw();
}

/** Draws the rows in view. */
function draw() {
  const from = Math.max(0, Math.floor(grid.scrollTop / height) - spare);
  const to = Math.min(rows.length, Math.ceil((grid.scrollTop + grid.clientHeight) / height) + spare);
  const drawn = [];
  for (let at = from; at < to; at += 1) drawn.push(drawRow(at));
  body.replaceChildren(...drawn);
  if (rows.length > 0) grid.setAttribute('aria-activedescendant', `row-${active}`);
  else grid.removeAttribute('aria-activedescendant');
  // the active row has to exist for those who hear it
  if (rows.length > 0 && (active < from || active >= to)) body.append(drawRow(active));
}

function drawRow(at) {
  const { group, cause } = rows[at];
  const counts = group ? group.counts : countsOf(cause);
  const name = group ? group.name : nameOf(cause);
  const isFixed = !group && !isOpen(cause);
  const sign = group ? (opened.has(name) ? '▾' : '▸') : isFixed ? '✓' : '';
  return el(
    'div',
    {
      id: `row-${at}`,
      class: `row ${group ? 'group' : 'cause'}${at === active ? ' active' : ''}`,
      role: 'row',
      'data-row': at,
      'aria-rowindex': at + 2,
      'aria-level': group ? 1 : 2,
      'aria-expanded': group ? String(opened.has(name)) : undefined,
      style: `top:${at * height}px`,
    },
    el(
      'span',
      { role: 'rowheader', class: 'name', title: name },
      el('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
      group
        ? el('bdi', { class: 'cut' }, name)
        : [`${textOf('kind', cause)}\u00A0`, el('span', { class: 'cut end' }, el('bdi', {}, lineOf(cause)))],
      group ? el('span', { class: 'quiet' }, ` ${number(group.causes.length)}`) : '',
      isFixed ? el('span', { class: 'unseen' }, ', fixed') : '',
    ),
    el(
      'span',
      { role: 'gridcell', class: 'cells' },
      el('span', {
        class: 'strip',
        'data-strip': at,
        style: `background-image:${stripOf(counts, group ? scales.groups : scales.causes)}`,
      }),
      el('span', { class: 'unseen' }, spoken(counts)),
    ),
    el('span', { role: 'gridcell', class: 'leaks' }, number(group ? group.leaks : leaksOf[cause])),
  );
}

/** Chooses a row: a group is opened or closed, a cause shows its report. */
function choose(at) {
  active = at;
  const row = rows[at];
  if (row.group) {
    if (!opened.delete(row.group.name)) opened.add(row.group.name);
    list();
  } else {
    draw();
    openReport(row.cause);
  }
}

function move(event) {
  const page = Math.max(1, Math.floor(grid.clientHeight / height) - 2);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  const step = steps[event.key];
  const group = rows[active]?.group;
  const isFold = group && event.key === (opened.has(group.name) ? 'ArrowLeft' : 'ArrowRight');
  if (rows.length === 0 || (step === undefined && !isFold && event.key !== 'Enter' && event.key !== ' '))
    return;
  event.preventDefault();
  if (step === undefined) return choose(active);
  active = Math.min(rows.length - 1, Math.max(0, active + step));
  const top = active * height;
  const head = grid.firstElementChild.offsetHeight;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top + height + head > grid.scrollTop + grid.clientHeight)
    grid.scrollTop = top + height + head - grid.clientHeight;
  draw();
}

/** Names the week and the count under the mouse. */
function tip({ target, clientX }) {
  const at = target.dataset?.strip;
  if (at === undefined) return;
  const { left, width } = target.getBoundingClientRect();
  const week = Math.min(weeks.length - 1, Math.floor(((clientX - left) / width) * weeks.length));
  const { group, cause } = rows[at];
  target.title = `${weeks[week]}: ${number((group ? group.counts : countsOf(cause))[week])}`;
}

function headOf() {
  const labels = [];
  const every = Math.ceil(weeks.length / 12);
  // a label needs room up to the end
  for (let at = 0; weeks.length - at >= every * 0.8; at += every) {
    labels.push(el('span', { style: `left:${(at / weeks.length) * 100}%` }, weeks[at].slice(-3)));
  }
  return el(
    'div',
    { class: 'row head', role: 'row', 'aria-rowindex': 1 },
    el('span', { role: 'columnheader', class: 'name' }, 'cause'),
    el(
      'span',
      { role: 'columnheader', class: 'cells' },
      el('span', { class: 'unseen' }, `weeks ${weeks.at(0)} to ${weeks.at(-1)}`),
      el('span', { class: 'axis', 'aria-hidden': 'true' }, ...labels),
    ),
    el('span', { role: 'columnheader', class: 'leaks' }, 'leaks'),
  );
}

function legend(name, levels) {
  const ranges = levels.map((limit, at) => {
    const from = (levels[at - 1] ?? 0) + 1;
    const shade = `var(--heat-${at + 5 - levels.length})`;
    return [shade, from === limit ? number(limit) : `${number(from)} to ${number(limit)}`];
  });
  return el(
    'p',
    {},
    el('strong', {}, name),
    ...[['var(--cell)', 'none'], ...ranges].map(([shade, words]) =>
      el('span', {}, el('i', { class: 'swatch', style: `background:${shade}` }), words),
    ),
  );
}

function tabulate() {
  const details = $('#heat-table');
  if (!details.open) return;
  const shown = groups.slice(0, mostGroups);
  const heads = [controls.elements.by.value, ...weeks.map((week) => week.slice(2)), 'leaks'];
  const content = shown.map(({ name, counts, leaks }) => [
    name,
    ...[...counts].map((count) => (count === 0 ? '' : number(count))),
    number(leaks),
  ]);
  details
    .querySelector('.scroll')
    .replaceChildren(
      table(heads, content),
      groups.length > mostGroups
        ? el('p', {}, `and ${plural(groups.length - mostGroups, 'further group')}`)
        : '',
    );
}
