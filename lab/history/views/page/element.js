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

/** Creates a table; a row is a list of cells, the first of which names it. */
export function table(heads, rows) {
  return el(
    'table',
    {},
    el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
    el(
      'tbody',
      {},
      ...rows.map(([head, ...cells]) =>
        el('tr', {}, el('th', { scope: 'row' }, head), ...cells.map((cell) => el('td', {}, cell))),
      ),
    ),
  );
}
