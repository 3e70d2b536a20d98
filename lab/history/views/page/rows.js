/* global levelsOf -- heat.ts has it, and its text stands before this script */
import { countsOf, data, isOpen, leaksOf, nameOf, size, textOf, weeks } from './data.js';

const searched = [];

/** Returns what a search looks through, in small letters. */
function wordsOf(cause) {
  return (searched[cause] ??= [
    nameOf(cause),
    data.id[cause],
    ...['function', 'source', 'package', 'dependency', 'owner'].map((column) => textOf(column, cause)),
    ...data.tests[cause].map((at) => data.strings[at]),
  ]
    .join('\n')
    .toLowerCase());
}

/** Returns the groups of the causes that the controls ask for: those with the most leaks first. */
export function groupsOf({ by, state, words }) {
  const wanted = words.trim().toLowerCase();
  const groups = new Map();
  for (let cause = 0; cause < size; cause += 1) {
    if (state !== 'all' && isOpen(cause) !== (state === 'open')) continue;
    if (wanted !== '' && !wordsOf(cause).includes(wanted)) continue;
    const key = data[by][cause];
    let group = groups.get(key);
    if (!group) {
      const name = data.strings[key] || `no ${by}`;
      group = { name, causes: [], counts: new Float64Array(weeks.length), leaks: 0 };
      groups.set(key, group);
    }
    group.causes.push(cause);
    group.leaks += leaksOf[cause];
    const counts = countsOf(cause);
    for (let week = 0; week < counts.length; week += 1) group.counts[week] += counts[week];
  }
  const sorted = [...groups.values()].toSorted((a, b) => b.leaks - a.leaks || (a.name < b.name ? -1 : 1));
  for (const { causes } of sorted) causes.sort((a, b) => leaksOf[b] - leaksOf[a] || a - b);
  return sorted;
}

/** Returns the levels of groups and those of causes. */
export function scalesOf(groups) {
  return {
    groups: levelsOf(groups.map(({ counts }) => counts)),
    causes: levelsOf(groups.flatMap(({ causes }) => causes.map(countsOf))),
  };
}
