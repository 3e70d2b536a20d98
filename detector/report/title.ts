import type { Api, Finding, Kind } from '../finding.ts';

const nouns: Readonly<Record<Kind, readonly [one: string, many: string]>> = {
  timer: ['timer', 'timers'],
  server: ['server', 'servers'],
  socket: ['socket', 'sockets'],
  request: ['request in flight', 'requests in flight'],
  stream: ['stream', 'streams'],
  fd: ['open descriptor', 'open descriptors'],
  process: ['child process', 'child processes'],
  worker: ['worker', 'workers'],
  port: ['message port', 'message ports'],
  watcher: ['file watcher', 'file watchers'],
  await: ['suspended async function', 'suspended async functions'],
  listener: ['listener', 'listeners'],
  lease: ['lease not given back', 'leases not given back'],
  memory: ['piece of retained memory', 'pieces of retained memory'],
};

/** So many of a kind: `3 timers`. */
export function counted(kind: Kind, count: number): string {
  return `${count} ${nouns[kind][count === 1 ? 0 : 1]}`;
}

/** Returns the function's name where it is Node's; on 22 all functions of node:zlib are called `value`. */
function nodesName(api: Api | undefined): string | undefined {
  return api?.module.startsWith('node:') && api.function !== 'value' ? api.function : undefined;
}

/** `3 timers (Timeout, setInterval)`: how many of what kind, the engine's type, and the API that made them. */
export function titleOf(finding: Finding): string {
  const { kind, type, count } = finding;
  const [noun] = nouns[kind];
  const names = [kind, type].filter((name) => !noun.includes(name));
  const api = nodesName(finding.api);
  if (api !== undefined && !names.some((name) => name.includes(api))) names.push(api);
  return counted(kind, count) + (names.length > 0 ? ` (${names.join(', ')})` : '');
}
