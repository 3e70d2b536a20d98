import { Set } from '../engine/intrinsics.ts';
import type { Api } from '../finding.ts';
import { packageOf, type Frame } from './frame.ts';

/** Returns the function that the site's line called to make the resource; none if the line made it directly. */
export function apiCall(story: readonly Frame[], site: Frame | undefined): Api | undefined {
  const inner = site ? story.slice(0, story.indexOf(site)) : [];
  const called = inner.findLast(({ file }) => file !== '');
  if (!called) return undefined;
  const module = called.author === 'node' ? called.file : (packageOf(called.file) ?? called.file);
  return { module, function: called.function.replace(/^.*\./, '') };
}

const handlerFiles: ReadonlySet<string> = new Set(['node:_http_server', 'node:internal/http2/compat']);

/** Reports whether the line ran in a request handler: Node's HTTP server is on the stack. */
export function isInRequestHandler(story: readonly Frame[]): boolean {
  return story.some(({ file }) => handlerFiles.has(file));
}
