import type { Api, Finding } from '../finding.ts';
import { kindTable, type Kind } from '../kinds.ts';

/** Returns a number and the words for a kind, such as `3 timers`. */
export function counted(kind: Kind, count: number): string {
  return `${count} ${kindTable[kind][count === 1 ? 'one' : 'many']}`;
}

/** Returns the name of a function of Node; Node 22 calls every function of node:zlib `value`. */
function nodesName(api: Api | undefined): string | undefined {
  return api?.module.startsWith('node:') && api.function !== 'value' ? api.function : undefined;
}

/** Returns the number, kind, engine type and API of a finding, such as `3 timers (Timeout, setInterval)`. */
export function titleOf(finding: Finding): string {
  const { kind, type, count } = finding;
  const noun = kindTable[kind].one;
  const names = [kind, type].filter((name) => !noun.includes(name));
  const api = nodesName(finding.api);
  if (api !== undefined && !names.some((name) => name.includes(api))) names.push(api);
  return counted(kind, count) + (names.length > 0 ? ` (${names.join(', ')})` : '');
}
