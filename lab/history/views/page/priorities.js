/* global highest, movesOf, ofHundred, scoresOf -- the arithmetic of scores.ts stands before this script */
import { data, nameOf, textOf } from './data.js';
import { $, el, number, table } from './element.js';
import { drawMatrix } from './matrix.js';
import { openReport } from './report.js';

const names = ['frequency', 'blocking', 'complexity'];
const movedPoints = 10;
const watchedRanks = 10;
const controls = $('#priority-controls');

/** Shows what to fix first, and follows the weights. */
export function showPriorities() {
  for (const name of names)
    controls.elements[name].setAttribute('value', Math.round(data.weights[name] * 10) / 10);
  controls.addEventListener('submit', (event) => event.preventDefault());
  controls.addEventListener('input', show);
  // the fields have their old values only after this event
  controls.addEventListener('reset', () => setTimeout(show));
  $('#priority-table').addEventListener('click', ({ target }) => {
    const { cause } = target.dataset;
    if (cause !== undefined) openReport(Number(cause));
  });
  show();
}

function show() {
  const { rank, top } = controls.elements;
  const isMatrix = rank.value === 'matrix';
  $('#matrix-part').hidden = !isMatrix;
  $('#impact-part').hidden = isMatrix;
  controls.querySelector('fieldset').disabled = !isMatrix;
  if (isMatrix) showMatrix(Number(top.value));
  else showImpact(Number(top.value));
}

function showMatrix(top) {
  const asked = Object.fromEntries(
    names.map((name) => [name, Math.max(0, controls.elements[name].valueAsNumber || 0)]),
  );
  const isUsable = names.some((name) => asked[name] > 0);
  const weights = ofHundred(isUsable ? asked : data.weights);
  $('#weight-note').textContent = isUsable
    ? `In percent: ${names.map((name) => `${name} ${percent(weights[name])}`).join(', ')}.`
    : 'Every weight is 0: these are the weights from the start.';
  const scores = scoresOf(data.terms, weights);
  const shown = highest(scores, top);
  $('#priority-table').replaceChildren(
    table(
      ['rank', 'cause', 'score', ...names.map((name) => `${name}, of ${percent(weights[name])}`), 'owner'],
      shown.map((at, index) => [
        `${index + 1}.`,
        linkOf(data.open[at]),
        el('strong', {}, number(scores[at], 1)),
        ...names.map((name) => pointsOf(data.terms[name][at], weights[name])),
        textOf('owner', data.open[at]) || 'no owner',
      ]),
    ),
  );
  const first = Math.min(watchedRanks, data.open.length);
  const moves = movesOf(data.terms, weights, movedPoints, watchedRanks);
  $('#stability').replaceChildren(
    table(
      ['weight', `−${movedPoints} points`, `+${movedPoints} points`],
      names.map((name) => [
        name,
        ...moves.filter(({ term }) => term === name).map(({ stay }) => `${stay} of ${first}`),
      ]),
    ),
  );
  drawMatrix(highest(scores, watchedRanks));
}

/** Returns a weight with a digit after the point only where it has one. */
const percent = (weight) => number(weight, Number.isInteger(Math.round(weight * 10) / 10) ? 0 : 1);

function showImpact(top) {
  const { cause, bytes, held } = data.impact;
  $('#weight-note').textContent = '';
  $('#priority-table').replaceChildren(
    table(
      ['rank', 'cause', 'where', 'bytes a run', 'held', 'owner'],
      cause
        .slice(0, top)
        .map((each, index) => [
          `${index + 1}.`,
          linkOf(each),
          data.isInTest[each] === 1 ? 'only in a test' : 'in the package',
          bytes[index] === null ? '' : number(bytes[index]),
          held[index] === 0 ? '' : number(held[index]),
          textOf('owner', each) || 'no owner',
        ]),
    ),
  );
}

function pointsOf(share, weight) {
  return el(
    'span',
    { class: 'points', style: `--share:${(share * 100).toFixed(1)}%` },
    number(share * weight, 1),
    el('span', { class: 'bar-of', 'aria-hidden': 'true' }),
  );
}

function linkOf(cause) {
  return el(
    'button',
    { type: 'button', class: 'link', 'data-cause': cause, title: nameOf(cause) },
    nameOf(cause),
  );
}
