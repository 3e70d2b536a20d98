import { $ } from './element.js';

/** Returns the bytes that a script element holds. */
async function unpacked(selector) {
  const bytes = Uint8Array.from(atob($(selector).textContent.trim()), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

const [json, buffer] = await Promise.all([unpacked('#data'), unpacked('#cells')]);

/** The columns of the causes, and the views that are made before. */
export const data = JSON.parse(new TextDecoder().decode(json));
const cells = new Uint32Array(buffer);

export const size = data.id.length;
export const weeks = data.weeks;

/** Returns the text of a cause in a column. */
export const textOf = (column, cause) => data.strings[data[column][cause]];
export const isOpen = (cause) => data.fixed.time[cause] === 0;
/** Returns the counts of a cause, a number for each week. */
export const countsOf = (cause) => cells.subarray(cause * weeks.length, (cause + 1) * weeks.length);

export const leaksOf = new Float64Array(size);
for (let cause = 0; cause < size; cause += 1) {
  for (const count of countsOf(cause)) leaksOf[cause] += count;
}

/** Returns `src/poll.ts:12`; the type where no line is known. */
export function lineOf(cause) {
  const path = textOf('path', cause);
  return path === '' ? textOf('type', cause) : `${path}:${data.line[cause]}`;
}

export const nameOf = (cause) => `${textOf('kind', cause)} ${lineOf(cause)}`;

/** Returns the name of the shade of a count: the highest level is always the darkest. */
export function shadeOf(count, levels) {
  return count === 0
    ? 'var(--cell)'
    : `var(--heat-${levels.findIndex((limit) => count <= limit) + 5 - levels.length})`;
}

/** Returns the background of a strip of cells. */
export function stripOf(counts, levels) {
  const stops = [];
  const width = 100 / counts.length;
  let from = 0;
  for (let at = 0; at < counts.length; at += 1) {
    const shade = shadeOf(counts[at], levels);
    if (at + 1 < counts.length && shadeOf(counts[at + 1], levels) === shade) continue;
    stops.push(`${shade} ${(from * width).toFixed(3)}% ${((at + 1) * width).toFixed(3)}%`);
    from = at + 1;
  }
  return `linear-gradient(90deg, ${stops.join(', ')})`;
}

/** Returns the weeks with leaks in words, for those who don't see the strip. */
export function spoken(counts) {
  const parts = [];
  for (const [at, count] of counts.entries()) if (count > 0) parts.push(`${weeks[at]} ${count}`);
  return parts.length === 0 ? 'no leaks in these weeks' : parts.join(', ');
}
