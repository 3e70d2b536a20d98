import { basename } from 'node:path';
import { pathOf } from '../origin/frame.ts';
import type { Sources } from '../origin/source.ts';
import { isContext, type Growth } from './growth.ts';
import type { HeapGraph } from './heap-graph.ts';
import type { LiveObjects } from './live-objects.ts';
import type { Holder } from './holder.ts';
import { nodeHolders, type NodeHolder } from './node-holders.ts';
import type { Paths } from './paths.ts';
import { declarationIn } from './storing-lines.ts';

/** A snapshot, with all that is needed to describe it. */
export interface HeapView {
  readonly graph: HeapGraph;
  readonly paths: Paths;
  /** The URLs of scripts, by their id. */
  readonly urls: ReadonlyMap<string, string>;
  readonly sources: Sources;
  readonly live: LiveObjects;
}

/** A step of the way from a variable to the growing objects. */
interface Step {
  readonly node: number;
  /** The name of the variable or property; absent for an entry of a container. */
  readonly name?: string;
}

/** Returns the holder of a growth, in words. */
export function holderOf({ containers, sample }: Growth, view: HeapView): Holder {
  const { graph, paths } = view;
  const way = paths.to(sample);
  const start = startOf(upTo(containers, way), view);
  const steps = way.slice(start).flatMap((node): Step[] => {
    if (!isShown(node, view)) return [];
    const variable = node === way[start] ? variableAt(node, view) : undefined;
    if (variable !== undefined) return [{ node, name: variable }];
    const edge = paths.edgeTo(node);
    // a property of the growing container is an entry of a dictionary
    const isNamed = edge?.type === 'property' && !containers.includes(paths.parent(node));
    return [isNamed ? { node, name: edge.name } : { node }];
  });
  const file = fileOf(way.slice(0, start + 1), view);
  const [head, ...rest] = steps;
  if (!head) return { path: [classOf(graph, sample)] };
  if (file === undefined) return holderAmongBuiltins(head, rest, graph);
  const node = file.startsWith('node:') ? nodeHolderOf(way, paths) : undefined;
  if (node) return { path: [`Node's ${node.title}`, 'entry', classOf(graph, sample)], node };
  const line = head.name === undefined ? 0 : declarationIn(file, head.name, view.sources);
  const place = ` in ${basename(file)}${line > 0 ? `:${line}` : ''}`;
  return {
    path: [
      `${titleOf(head, graph)}${place}`,
      ...rest.flatMap((step) => wordsOf(step, step === rest.at(-1), graph)),
    ],
    ...nameIn(steps),
    declared: { file, line },
  };
}

function nameIn(steps: readonly Step[]): Pick<Holder, 'name'> {
  const last = steps.findLast(({ name }) => name !== undefined)?.name;
  return last === undefined ? {} : { name: last };
}

function nodeHolderOf(way: readonly number[], paths: Paths): NodeHolder | undefined {
  const names = new Set(way.map((node) => paths.edgeTo(node)?.name ?? ''));
  return nodeHolders.find(({ variables }) => variables.some((each) => names.has(each)));
}

/** Returns the holder of objects behind a property of `globalThis`, `process` or another builtin. */
function holderAmongBuiltins(head: Step, rest: readonly Step[], graph: HeapGraph): Holder {
  const named = rest.slice(
    0,
    Math.max(
      rest.findIndex(({ name }) => name === undefined),
      0,
    ) || rest.length,
  );
  const last = named.findLast(({ name }) => name !== undefined);
  const root = graph.name(head.node) === 'global' ? 'globalThis' : graph.name(head.node);
  const chain = named.map(({ name = '' }) => propertyOf(name)).join('');
  const below = rest.slice(named.length);
  return {
    path: [
      last ? `\`${root}${chain}\` (${classOf(graph, last.node)})` : classOf(graph, head.node),
      ...below.flatMap((step) => wordsOf(step, step === below.at(-1), graph)),
    ],
    ...nameIn(named),
  };
}

/** Formats the name of a property; the snapshot writes `<symbol app.cache>` for a symbol. */
function propertyOf(name: string): string {
  const symbol = /^<symbol (.*)>$/.exec(name)?.[1];
  return symbol === undefined ? `.${name}` : `[Symbol(${symbol})]`;
}

/**
 * Returns the way down to the container and the next step, which may be a variable of the container.
 *
 * A variable below is as new as the objects that grow: it belongs to a function that a run called.
 */
function upTo(containers: readonly number[], way: readonly number[]): readonly number[] {
  const at = way.findIndex((node) => containers.includes(node));
  return at < 0 ? way : way.slice(0, at + 2);
}

/** Returns the index of the innermost variable on the way, or of a module's export; else of the first node below V8's roots. */
function startOf(way: readonly number[], { graph, paths }: HeapView): number {
  const variable = way.findLastIndex((node) => isVariable(node, graph, paths));
  if (variable > 0) return variable;
  const ofModule = way.findLastIndex((node) => graph.name(node) === 'system / SourceTextModule');
  return ofModule > 0 ? ofModule + 1 : way.findIndex((node) => graph.type(node) !== 'synthetic');
}

/** Reports whether a variable holds a node; V8 names the variables of a function or module, but not of a block. */
function isVariable(node: number, graph: HeapGraph, paths: Paths): boolean {
  const type = paths.edgeTo(node)?.type;
  return type === 'context' || (type === 'hidden' && isContext(graph, paths.parent(node)));
}

function variableAt(node: number, view: HeapView): string | undefined {
  const { graph, paths, live } = view;
  const edge = paths.edgeTo(node);
  if (edge?.type === 'context') return edge.name;
  if (!isVariable(node, graph, paths)) return undefined;
  const closure = ownerOf(paths.parent(node), view);
  const value = live.object(graph.id(node));
  return closure === undefined || value === undefined ? undefined : live.variableOf(graph.id(closure), value);
}

/** Reports whether a node is printed; V8's internal nodes mean nothing to a reader. */
function isShown(node: number, { graph, paths }: HeapView): boolean {
  const type = graph.type(node);
  return (
    type !== 'synthetic' &&
    type !== 'code' &&
    !paths.isPart(node) &&
    !graph.name(node).startsWith('system / ')
  );
}

function titleOf({ node, name }: Step, graph: HeapGraph): string {
  return name === undefined ? classOf(graph, node) : `\`${name}\` (${classOf(graph, node)})`;
}

function wordsOf({ node, name }: Step, isLast: boolean, graph: HeapGraph): string[] {
  if (name !== undefined) return [`\`${name}\` (${classOf(graph, node)})`];
  return isLast ? ['entry', classOf(graph, node)] : [`entry (${classOf(graph, node)})`];
}

/** Returns the class of an object in words. */
export function classOf(graph: HeapGraph, node: number): string {
  const [type, name] = [graph.type(node), graph.name(node)];
  if (type === 'object') return name === 'system / Context' ? 'variables of a function' : name;
  if (type === 'closure') return name === '' ? 'function' : `function ${name}`;
  return type.endsWith('string') ? 'string' : type;
}

/** Returns the file of the innermost code on the way: the function that uses the variable, or the module. */
function fileOf(way: readonly number[], view: HeapView): string | undefined {
  const { graph, paths, urls } = view;
  for (const node of way.toReversed()) {
    const located =
      graph.type(node) === 'closure' || graph.name(node) === 'Generator' ? node : ownerOf(node, view);
    const location = located === undefined ? undefined : graph.location(located);
    const url = location && urls.get(location.scriptId);
    if (url !== undefined && url !== '') return pathOf(url);
    if (paths.parent(node) === node) break;
  }
  return undefined;
}

/** Returns a function that closes over a context, or the code of a module. */
function ownerOf(node: number, { graph }: HeapView): number | undefined {
  const name = graph.name(node);
  if (name === 'system / SourceTextModule') {
    for (const { to } of graph.edges(node))
      if (graph.name(to) === 'Generator' || graph.type(to) === 'closure') return to;
  }
  if (name !== 'system / Context') return undefined;
  for (let each = 0; each < graph.size; each += 1) {
    if (graph.type(each) !== 'closure' || !graph.location(each)) continue;
    for (const edge of graph.edges(each)) if (edge.to === node && edge.name === 'context') return each;
  }
  return undefined;
}
