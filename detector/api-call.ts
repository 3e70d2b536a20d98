import type { Finding } from './finding.ts';

const frame = /^(?:async )?(.*) \((.*):(\d+):(\d+)\)$/;

/** What a finding's site has called, as far as the stack shows it. */
export type ApiCall =
  /** `node:timers` and `setInterval`; of a method without its class. */
  | { readonly of: 'node'; readonly module: string; readonly function: string }
  /** Code of a package, which made the resource for the user. */
  | { readonly of: 'package' }
  | { readonly of: 'nobody' };

/** The outermost function between the user's line and the resource. */
export function apiCall({ site, stack }: Pick<Finding, 'site' | 'stack'>): ApiCall {
  if (!site) return { of: 'nobody' };
  const place = `(${site.file}:${site.line}:${site.column})`;
  const index = stack.findIndex((text) => text.endsWith(place));
  for (const text of stack.slice(0, Math.max(index, 0)).toReversed()) {
    const [, name = '', file = ''] = frame.exec(text) ?? [];
    if (file === '') continue;
    if (!file.startsWith('node:')) return { of: 'package' };
    return { of: 'node', module: file, function: name.replace(/^new /, '').replace(/^.*\./, '') };
  }
  return { of: 'nobody' };
}

/** The function's name, where it is Node's. */
export function apiName(finding: Pick<Finding, 'site' | 'stack'>): string | undefined {
  const call = apiCall(finding);
  // on 22 the functions of node:zlib are called so
  return call.of === 'node' && call.function !== 'value' ? call.function : undefined;
}

/** Whether the user's line ran while an HTTP server handed it a request. */
export function isInRequestHandler({ stack }: Pick<Finding, 'stack'>): boolean {
  return stack.some((text) => /\(node:_http_server:|\(node:internal\/http2\/compat:/.test(text));
}
