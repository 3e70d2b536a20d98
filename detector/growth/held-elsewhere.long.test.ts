import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { Finding, Report } from '../finding.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-growth-'));
afterAll(() => rmSync(folder, { recursive: true }));
const index = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;

/** Runs the program's `run` at level `heap` in a process, and returns its leaks by their line. */
async function leaksOf(name: string, program: string): Promise<Record<string, Finding>> {
  writeFileSync(join(folder, 'plugin.mjs'), 'export const settings = { rows: new Array(50).fill(1) };\n');
  writeFileSync(join(folder, `${name}.mjs`), program);
  const watch = `
    import { find } from ${JSON.stringify(index)};
    const { run } = await import(${JSON.stringify(pathToFileURL(join(folder, `${name}.mjs`)).href)});
    console.log(JSON.stringify(await find(run, { level: 'heap' })));`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', watch];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { leaks } = JSON.parse(stdout) as Report;
  const lines = program.split('\n');
  return Object.fromEntries(
    leaks.map((leak) => [/\/\/ (.*)/.exec(lines[(leak.site?.line ?? 0) - 1] ?? '')?.[1] ?? 'no line', leak]),
  );
}

test('growth behind a builtin, or inside of Node, has its holder and its line', async () => {
  const leaks = await leaksOf(
    'elsewhere',
    `import http from 'node:http';
let n = 0;
const sessions = () => (globalThis.__sessions ??= new Map());
process.handlers = new Set();
http.globalAgent.byHost = {};
globalThis.app = { drafts: {} };
export async function run() {
  n += 1;
  sessions().set(n, { n }); // global
  (globalThis[Symbol.for('app.log')] ??= []).push({ n }); // symbol
  process.handlers.add(() => n); // process
  http.globalAgent.byHost['host' + n] = { n }; // agent
  globalThis.app.drafts['draft' + n] = { n }; // nested
  performance.mark('begin'); // mark
  performance.measure('work', { start: 'begin', detail: { n } }); // measure
  await import('./plugin.mjs?' + n); // import
}
`,
  );
  const pathOf = (name: string): readonly string[] | undefined => leaks[name]?.path;
  expect(Object.keys(leaks).toSorted()).toEqual(
    ['agent', 'global', 'import', 'mark', 'measure', 'nested', 'process', 'symbol'].toSorted(),
  );
  expect(pathOf('global')).toEqual(['`globalThis.__sessions` (Map)', 'entry', 'Object']);
  expect(pathOf('symbol')).toEqual(['`globalThis[Symbol(app.log)]` (Array)', 'entry', 'Object']);
  expect(pathOf('process')).toEqual(['`process.handlers` (Set)', 'entry', 'function']);
  expect(pathOf('agent')?.at(-3)).toBe('`byHost` (Object)');
  expect(pathOf('nested')).toEqual(['`globalThis.app.drafts` (Object)', 'entry', 'Object']);
  expect(pathOf('mark')).toEqual(["Node's performance timeline", 'entry', 'PerformanceMark']);
  expect(leaks['mark']?.facts?.undo).toBe('performance.clearMarks()');
  expect(leaks['measure']?.facts?.undo).toBe('performance.clearMeasures()');
  expect(pathOf('import')?.[0]).toBe("Node's module cache");
});

test('growth over several containers of one variable is summed', async () => {
  const leaks = await leaksOf(
    'spread',
    `const tenants = new Map(['eu', 'us', 'asia', 'test'].map((name) => [name, new Map()]));
class Shard { entries = []; }
const shards = Array.from({ length: 5 }, () => new Shard());
let n = 0;
export function run() {
  n += 1;
  tenants.get(['eu', 'us', 'asia', 'test'][n % 4]).set(n, { n }); // tenants
  shards[n % 5].entries.push({ n }); // shards
}
`,
  );
  expect(Object.keys(leaks).toSorted()).toEqual(['shards', 'tenants']);
  expect(leaks['tenants']?.path?.slice(1)).toEqual(['entry (Map)', 'entry', 'Object']);
  expect(leaks['shards']?.path?.slice(1)).toEqual(['entry (Shard)', '`entries` (Array)', 'entry', 'Object']);
  expect([leaks['tenants']?.count, leaks['shards']?.count]).toEqual([1, 1]);
});

test('silent about what stays within a limit, wherever it is held, and about what Node keeps for itself', async () => {
  const leaks = await leaksOf(
    'clean',
    `import { once } from 'node:events';
import { createServer, get } from 'node:http';
let n = 0;
globalThis.recent = new Map();
process.last = [];
const shards = [new Map(), new Map(), new Map()];
export async function run() {
  n += 1;
  globalThis.recent.set(n % 12, { n });
  process.last.push({ n });
  if (process.last.length > 15) process.last.length = 0;
  shards[n % 3].set(n % 12, { n });
  performance.mark('begin ' + n);
  performance.measure('work ' + n, 'begin ' + n);
  performance.clearMarks();
  performance.clearMeasures();
  await import('./plugin.mjs');
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await (await fetch('http://127.0.0.1:' + port)).text();
  await new Promise((resolve) => get({ port, host: '127.0.0.1' }, (response) => response.resume().on('end', resolve)));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
`,
  );
  expect(leaks).toEqual({});
});
