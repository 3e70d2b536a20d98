const svgNames = new Set(['svg', 'g', 'path', 'line', 'rect', 'circle', 'text', 'title']);

export const $ = (selector) => document.querySelector(selector);

/** Creates an element with its attributes and children; text goes in as text. */
export function el(name, attributes = {}, ...children) {
  const element = svgNames.has(name)
    ? document.createElementNS('http://www.w3.org/2000/svg', name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== ''));
  return element;
}

/** Returns a number as people write it. */
export const number = (value, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/**
 * Creates a table; a row is a list of cells, the first of which names it. The roles are written out, as a browser
 * forgets them when a style lays out the rows.
 */
export function table(heads, rows) {
  const head = heads.map((text) => el('th', { scope: 'col', role: 'columnheader' }, text));
  const body = rows.map(([name, ...cells]) =>
    el(
      'tr',
      { role: 'row' },
      el('th', { scope: 'row', role: 'rowheader' }, name),
      ...cells.map((cell) => el('td', { role: 'cell' }, cell)),
    ),
  );
  return el(
    'table',
    { role: 'table' },
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...head)),
    el('tbody', { role: 'rowgroup' }, ...body),
  );
}
