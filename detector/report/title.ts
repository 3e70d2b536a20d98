import type { Api, Finding } from '../finding.ts';
import { kindTable, type Kind } from '../kinds.ts';

/** So many of a kind: `3 timers`. */
export function counted(kind: Kind, count: number): string {
  return `${count} ${kindTable[kind][count === 1 ? 'one' : 'many']}`;
}

/** Returns the function's name where it is Node's; on 22 all functions of node:zlib are called `value`. */
function nodesName(api: Api | undefined): string | undefined {
  return api?.module.startsWith('node:') && api.function !== 'value' ? api.function : undefined;
}

/** `3 timers (Timeout, setInterval)`: how many of what kind, the engine's type, and the API that made them. */
export function titleOf(finding: Finding): string {
  const { kind, type, count } = finding;
  const noun = kindTable[kind].one;
  const names = [kind, type].filter((name) => !noun.includes(name));
  const api = nodesName(finding.api);
  if (api !== undefined && !names.some((name) => name.includes(api))) names.push(api);
  return counted(kind, count) + (names.length > 0 ? ` (${names.join(', ')})` : '');
}
