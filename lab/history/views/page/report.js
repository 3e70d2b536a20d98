/* global levelsOf -- heat.ts has it, and its text stands before this script */
import { countsOf, data, isOpen, lineOf, spoken, stripOf, textOf, weeks } from './data.js';
import { $, el, number, plural, table } from './element.js';

const mostTests = 100;

/** Opens the report of a cause; its address names it. */
export function openReport(cause) {
  $('#report-title').textContent = textOf('title', cause);
  $('#report-text').replaceChildren(...partsOf(cause));
  const dialog = $('#report');
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  $('#report-title').focus();
  history.replaceState(null, '', `#cause=${data.id[cause].slice(0, 12)}`);
}

/** Opens the report that the address names, and forgets it when the report is closed. */
export function followAddress() {
  const open = () => {
    const [, id] = /^#cause=([0-9a-f]{12,32})$/.exec(location.hash) ?? [];
    const cause = id === undefined ? -1 : data.id.findIndex((each) => each.startsWith(id));
    if (cause >= 0) openReport(cause);
  };
  $('#report').addEventListener('close', () => history.replaceState(null, '', location.pathname));
  // a click beside the report closes it
  $('#report').addEventListener('click', (event) => {
    if (event.target === $('#report')) $('#report').close();
  });
  window.addEventListener('hashchange', open);
  open();
}

function partsOf(cause) {
  const text = (column) => textOf(column, cause);
  const path = text('path');
  const tests = data.tests[cause].map((at) => data.strings[at]);
  const counts = countsOf(cause);
  const inside = data.isInTest[cause] === 1 ? 'only in a test' : 'in the package';
  return [
    el(
      'p',
      { class: 'place' },
      `${lineOf(cause)}${text('function') === '' ? '' : ` in ${text('function')}`}`,
    ),
    ...(text('source') === ''
      ? []
      : [
          el(
            'pre',
            { tabindex: 0, role: 'region', 'aria-label': 'source line' },
            el('code', {}, `> ${path === '' ? '' : data.line[cause]} │ ${text('source')}`),
          ),
        ]),
    listOf([
      ['state', stateOf(cause)],
      ['known', text('known')],
      ['fact', text('facts')],
      ['why', text('why')],
      ['fix', text('fix')],
      ['by', text('dependency') === '' ? '' : `the package ${text('dependency')}`],
      ['line', inside],
      ['package', text('package')],
      ['owner', text('owner') || 'no owner'],
      ['Node', text('nodes')],
      ['first', sighting('first', cause)],
      ['last', sighting('last', cause)],
      ['fixed', isOpen(cause) ? '' : sighting('fixed', cause)],
      [
        'runs',
        `seen by ${number(data.runs[cause])} of ${plural(data.watched[cause], 'run')} that watched its tests${data.cleanRuns[cause] > 0 ? `, clean in the last ${number(data.cleanRuns[cause])}` : ''}`,
      ],
      ['waited', `${number(data.waited[cause])} ms of each run that saw it`],
      ['cause', data.id[cause]],
    ]),
    el('h3', {}, plural(tests.length, 'test')),
    el('ul', {}, ...tests.slice(0, mostTests).map((test) => el('li', {}, test))),
    tests.length > mostTests ? el('p', {}, `and ${tests.length - mostTests} more`) : '',
    el('h3', {}, 'Leaks by week'),
    el('div', {
      class: 'strip',
      style: `--weeks:${weeks.length};background:${stripOf(counts, levelsOf([counts]))}`,
      role: 'img',
      'aria-label': spoken(counts),
    }),
    el(
      'div',
      { class: 'scroll tall', tabindex: 0, role: 'region', 'aria-label': 'leaks by week' },
      table(
        ['week', 'highest count'],
        [...counts.entries()]
          .filter(([, count]) => count > 0)
          .map(([at, count]) => [weeks[at], number(count)]),
      ),
    ),
  ].filter((part) => part !== '');
}

function stateOf(cause) {
  const back = data.reopened[cause];
  const again = back === 0 ? '' : `, reopened ${back === 1 ? 'once' : `${back} times`}`;
  return `${isOpen(cause) ? 'open' : 'fixed'}${again}`;
}

/** Returns the day, commit and author of a sighting. */
function sighting(key, cause) {
  const { time, commit, author } = data[key];
  const words = [new Date(time[cause] * 60_000).toISOString().slice(0, 10)];
  const hash = data.strings[commit[cause]];
  const name = data.strings[author[cause]];
  if (hash !== '') words.push(el('code', { title: hash }, hash.slice(0, 12)));
  if (name !== '') words.push(name);
  return words.flatMap((word, at) => (at === 0 ? [word] : [' · ', word]));
}

function listOf(entries) {
  const shown = entries.filter(([, value]) => value !== '');
  return el('dl', {}, ...shown.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}
