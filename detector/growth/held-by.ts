import { basename } from 'node:path';
import { pathOf } from '../origin/frame.ts';
import type { Sources } from '../origin/source.ts';
import { isContext, type Growth } from './growth.ts';
import type { HeapGraph } from './heap-graph.ts';
import type { LiveObjects } from './live-objects.ts';
import type { Paths } from './paths.ts';

/** The holder of objects whose number grows. */
export interface Holder {
  /** The way in words, from a variable down: `` `sessions` (Map) in session-store.ts:12 ``, `entry`, `Session`. */
  readonly path: readonly string[];
  /** The innermost name of a variable or property on the way. */
  readonly name?: string;
  /** The declaration of the variable; line 0 if it is unknown. */
  readonly declared?: { readonly file: string; readonly line: number };
}

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
export function holderOf({ container, sample }: Growth, view: HeapView): Holder {
  const { graph, paths } = view;
  const way = paths.to(sample);
  const start = startOf(way, view);
  const steps = way.slice(start).flatMap((node): Step[] => {
    if (!isShown(node, view)) return [];
    const variable = node === way[start] ? variableAt(node, view) : undefined;
    if (variable !== undefined) return [{ node, name: variable }];
    const edge = paths.edgeTo(node);
    // a property of the growing container is an entry of a dictionary
    const isNamed = edge?.type === 'property' && paths.parent(node) !== container;
    return [isNamed ? { node, name: edge.name } : { node }];
  });
  const file = fileOf(way.slice(0, start + 1), view);
  const [head, ...rest] = steps;
  if (!head) return { path: [classOf(graph, sample)] };
  const line =
    file !== undefined && head.name !== undefined ? declarationIn(file, head.name, view.sources) : 0;
  const place = file === undefined ? '' : ` in ${basename(file)}${line > 0 ? `:${line}` : ''}`;
  const names = steps.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const last = names.at(-1);
  return {
    path: [
      `${titleOf(head, graph)}${place}`,
      ...rest.flatMap((step) => wordsOf(step, step === rest.at(-1), graph)),
    ],
    ...(last !== undefined && { name: last }),
    ...(file !== undefined && { declared: { file, line } }),
  };
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

/** Returns the line that declares a variable or class member; 0 if there is none. */
function declarationIn(file: string, name: string, sources: Sources): number {
  const word = escaped(name);
  const declares = new RegExp(`\\b(?:const|let|var|class|function|static|readonly)\\s+${word}\\b`);
  return sources.linesOf(file).findIndex((line) => declares.test(line)) + 1;
}

/** Returns the likeliest line that stores into a variable or property; 0 if there is none. */
export function storingLine(file: string, name: string, sources: Sources): number {
  const word = `(?<![\\w$])${escaped(name)}`;
  const ways = [
    new RegExp(`${word}[?!]?\\.(?:set|add|push|unshift|splice|register)\\(`),
    new RegExp(`${word}[?!]?(?:\\.?\\[[^\\]]*\\]|\\.\\w+)\\s*(?:\\?\\?|\\|\\|)?=(?!=)`),
    new RegExp(`(?<!\\b(?:const|let|var)\\s+)${word}\\s*(?:\\?\\?|\\|\\||\\+)?=(?![=>])`),
  ];
  const lines = sources.linesOf(file);
  for (const way of ways) {
    const at = lines.findIndex((line) => way.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line));
    if (at >= 0) return at + 1;
  }
  return 0;
}

function escaped(name: string): string {
  return name.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
