import type { HeapGraph } from './heap-graph.ts';
import type { Paths } from './paths.ts';

/** Something old that holds what is new. */
export interface Growth {
  /** The same for the same container and variable in every snapshot of a process. */
  readonly key: string;
  readonly container: number;
  /** New objects that it holds, of the class of which there are most. */
  readonly count: number;
  /** One of them; the nearest. */
  readonly sample: number;
  /** Of all that is new and held by it. */
  readonly bytes: number;
}

/** Programs keep these; what V8 compiles and learns on the way is no growth of theirs. */
const kept: ReadonlySet<string> = new Set([
  'object',
  'closure',
  'string',
  'concatenated string',
  'sliced string',
  'regexp',
  'bigint',
  'number',
]);

/** The ids of all nodes, sorted; as numbers in a buffer, so that they are no objects of the heap themselves. */
export function idsOf(graph: HeapGraph): Uint32Array {
  const ids = new Uint32Array(graph.size);
  for (let node = 0; node < graph.size; node += 1) ids[node] = graph.id(node);
  return ids.toSorted();
}

interface Sample {
  readonly sample: number;
  count: number;
}

interface Group {
  readonly container: number;
  bytes: number;
  readonly classes: Map<string, Sample>;
}

/**
 * What is new in a heap, by the old object that holds it: the last on the way from the root that was there before.
 *
 * @param old ids of an earlier snapshot, as {@link idsOf} gives them
 */
export function growthOf(graph: HeapGraph, paths: Paths, old: Uint32Array): Map<string, Growth> {
  const isOld = (node: number): boolean => includes(old, graph.id(node));
  const groups = new Map<string, Group>();
  for (const node of paths.reached) {
    if (isOld(node)) continue;
    const { container, key } = holderOf(node, graph, paths, isOld);
    const group = groups.get(key) ?? { container, bytes: 0, classes: new Map() };
    groups.set(key, group);
    group.bytes += graph.bytes(node);
    const type = graph.type(node);
    if (!kept.has(type)) continue;
    const name = type === 'object' || type === 'closure' ? `${type} ${graph.name(node)}` : type;
    const known = group.classes.get(name);
    if (known) known.count += 1;
    else group.classes.set(name, { sample: node, count: 1 });
  }
  const growths = new Map<string, Growth>();
  for (const [key, { container, bytes, classes }] of groups) {
    const [told] = [...classes.values()].toSorted((a, b) => rank(graph, b) - rank(graph, a));
    if (told && isThePrograms(graph, container)) growths.set(key, { key, container, bytes, ...told });
  }
  return growths;
}

/** An object says more than a string that it holds; among objects the first is the nearest to the root. */
function rank(graph: HeapGraph, { sample, count }: Sample): number {
  const type = graph.type(sample);
  return type === 'object' || type === 'closure' ? count * 1000 : count;
}

/** Objects and closures; not what V8 or Node keep for themselves. */
function isThePrograms(graph: HeapGraph, container: number): boolean {
  const type = graph.type(container);
  return type === 'object' || type === 'closure';
}

function holderOf(
  node: number,
  graph: HeapGraph,
  paths: Paths,
  isOld: (node: number) => boolean,
): { readonly container: number; readonly key: string } {
  let held = node;
  let container = paths.parent(node);
  while (!isOld(container) || paths.isPart(container)) {
    held = container;
    container = paths.parent(container);
  }
  // one context has the variables of a whole module
  const variable = isContext(graph, container) ? ` ${paths.edgeTo(held)?.name ?? ''}` : '';
  return { container, key: `${graph.id(container)}${variable}` };
}

/** Where V8 keeps the variables that closures have captured. */
export function isContext(graph: HeapGraph, node: number): boolean {
  return graph.type(node) === 'object' && graph.name(node) === 'system / Context';
}

/** Binary search. */
function includes(sorted: Uint32Array, id: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === id;
}
