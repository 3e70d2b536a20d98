import { html } from '../pages/html.ts';

/**
 * Returns a picture that stands alone and follows the reader's theme; within a page of the site, the style of the page
 * wins.
 *
 * @param label the description for screen readers
 */
export function picture(width: number, height: number, label: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" class="picture" viewBox="0 0 ${width} ${height}" role="img" aria-label="${html(label)}">${style}${content}</svg>\n`;
}

/** Removes the style of a picture that stands alone: the page has one. */
export function inPage(svg: string): string {
  return svg.replace(style, '').trim();
}

export function text(
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  words: string,
  role?: string,
): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${role === undefined ? '' : ` class="${role}"`}>${html(words)}</text>`;
}

const style = `<style>
.picture{--soft:#5a6067;--rule:#dfdbd0;--leak:#b02a1a;--fix:#0f6a4e;font:12px system-ui,sans-serif}
@media (prefers-color-scheme:dark){.picture{--soft:#a4a8ab;--rule:#3a4147;--leak:#ff9482;--fix:#74d3a8}}
.picture text{fill:var(--soft)}.picture text.leak{fill:var(--leak)}.picture text.fix{fill:var(--fix)}
.picture .grid{stroke:var(--rule)}.picture .curve{fill:none;stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}
.picture .curve.leak{stroke:var(--leak)}.picture .curve.fix{stroke:var(--fix)}
.picture .bar{fill:var(--fix)}
</style>`;
