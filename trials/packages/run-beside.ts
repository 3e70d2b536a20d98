/** Runs programs beside packages that patch Node, alone and with leaklab: nothing may differ, and nothing is reported. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { runNode } from '../acceptance/run-node.ts';

const here = import.meta.dirname;
const detector = join(here, '../../detector');
const register = ['--import', pathToFileURL(join(detector, 'runners/register/index.ts')).href];
/** A preload that does nothing: with any, Node runs a program of CommonJS in a microtask. */
const nothing = ['--import', 'data:text/javascript,'];

interface Neighbour {
  readonly files?: Readonly<Record<string, string>>;
  /** The arguments of Node, given those that load leaklab, or do not. */
  args(preload: readonly string[]): readonly string[];
}

const both = readFileSync(join(here, 'beside/work.cjs'), 'utf8');
const zone = `require('zone.js/node'); const seen = [];
Zone.current.fork({ name: 'shop', onScheduleTask: (delegate, current, target, task) => {
  seen.push(task.type + ' ' + task.source); return delegate.scheduleTask(target, task); } }).run(() => {
  const fs = require('fs');
  fs.promises.open(__filename).then((file) => file.close()).then(() => console.log('closed'));
  fs.promises.opendir(__dirname).then((folder) => folder.close()).then(() => console.log('closed'));
});
process.on('exit', () => console.log(seen.toSorted().join('\\n')));`;
const typed = `enum Colour { Red, Green }
class Shop { constructor(readonly name: string, private colour = Colour.Green) {} say() { return this.name + Colour[this.colour]; } }
console.log(new Shop('shop').say()); import { createRequire } from 'node:module';
const require = createRequire(import.meta.url); const __filename = process.execPath; const __dirname = '/';
${both}
process.on('exit', () => { throw new RangeError('late'); });`;
/** Runs the shop in a scope, where leaklab is loaded. */
const scoped = `import { run } from './shop.mjs';
if (process.argv[2] === 'alone') await run();
else {
  const { find } = await import(${JSON.stringify(pathToFileURL(join(detector, 'index.ts')).href)});
  const { leaks, failedProbes } = await find(run, { level: process.argv[2] });
  if (leaks.length + failedProbes.length > 0) console.log(leaks, failedProbes);
}`;

const neighbours: Readonly<Record<string, Neighbour>> = {
  'graceful-fs': {
    files: {
      'program.cjs': `require('graceful-fs').gracefulify(require('fs'));\n${both}
        require('fs').createReadStream(__filename).on('close', () => console.log('closed')).resume();`,
    },
    args: (preload) => [...preload, 'program.cjs'],
  },
  'zone.js': { files: { 'program.cjs': zone }, args: (preload) => [...preload, 'program.cjs'] },
  'source-map-support': {
    files: {
      'program.cjs': `require('source-map-support').install();\n${both}\nconsole.log(new Error('made').stack);
        try { require('fs').openSync('/nowhere/x'); } catch ({ stack }) { console.log(stack.split('\\n').slice(0, 3).join('\\n')); }`,
    },
    args: (preload) => [...preload, 'program.cjs'],
  },
  tsx: { files: { 'program.mts': typed }, args: (preload) => ['--import', 'tsx', ...preload, 'program.mts'] },
  'tsx after leaklab': {
    files: { 'program.mts': typed },
    args: (preload) => [...preload, '--import', 'tsx', 'program.mts'],
  },
  c8: {
    files: { 'program.cjs': both },
    args: (preload) => [
      'node_modules/c8/bin/c8.js',
      '--reporter=text',
      process.execPath,
      ...preload,
      'program.cjs',
    ],
  },
  'opentelemetry by its hook for modules': {
    args: (preload) => ['--import', './telemetry.mjs', ...preload, 'shop.mjs'],
  },
  'opentelemetry after leaklab': {
    args: (preload) => [...preload, '--import', './telemetry.mjs', 'shop.mjs'],
  },
  'opentelemetry by require': { args: (preload) => ['--require', './telemetry.cjs', ...preload, 'shop.cjs'] },
  'opentelemetry in a scope': {
    files: { 'scoped.mjs': scoped },
    args: (preload) => ['--import', './telemetry.mjs', 'scoped.mjs', preload === nothing ? 'alone' : 'light'],
  },
  'opentelemetry in a scope of level full': {
    files: { 'scoped.mjs': scoped },
    args: (preload) => ['--import', './telemetry.mjs', 'scoped.mjs', preload === nothing ? 'alone' : 'full'],
  },
};

/** Names of the neighbours: `beside/tsx`. */
export const neighbourNames = Object.keys(neighbours).map((name) => `beside/${name}`);

/**
 * Runs a program beside a package alone, and with leaklab at level full.
 *
 * @returns a line for each difference
 */
export async function tryNeighbour(name: string, node: string, folder: string): Promise<readonly string[]> {
  const neighbour = neighbours[name.slice('beside/'.length)];
  if (!neighbour) return ['there is no such neighbour'];
  const project = mkdtempSync(join(folder, 'beside-'));
  mkdirSync(project, { recursive: true });
  cpSync(join(here, 'beside'), project, { recursive: true });
  symlinkSync(join(here, 'node_modules'), join(project, 'node_modules'));
  // at level light, too many promises for its stacks are said to be not judged
  writeWhole(join(project, 'leaklab.json'), '{ "level": "full" }\n');
  for (const [file, source] of Object.entries(neighbour.files ?? {})) writeWhole(join(project, file), source);
  const run = async (preload: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
    const { code, stdout, stderr } = await runNode(node, [...neighbour.args(preload)], project);
    return { code, stdout, stderr: clean(stderr) };
  };
  const [alone, beside] = [await run(nothing), await run(register)];
  if (alone['stdout'] === '') return [`prints nothing without leaklab: ${String(alone['stderr'])}`];
  return Object.keys(alone)
    .filter((key) => alone[key] !== beside[key])
    .map((key) => `${key} alone: ${String(alone[key])}\n${key} beside leaklab: ${String(beside[key])}`);
}

/** Removes the process id, and a frame of Node that each callback has while async hooks are used. */
function clean(text: string): string {
  return text
    .replaceAll(/\(node:\d+\)/g, '(node:pid)')
    .replaceAll(/\n {4}at \S+ \(node:internal\/async_hooks:\d+:\d+\)/g, '');
}
