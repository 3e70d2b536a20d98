import type { HeapGraph } from './heap-graph.ts';
import type { Paths } from './paths.ts';

/** An old container that holds new objects, or several of one variable: a Map for each tenant. */
export interface Growth {
  /** The key of the container and variable, equal in every snapshot of a process. */
  readonly key: string;
  /** The containers, the one with the sample first. */
  readonly containers: readonly number[];
  /** The number of new objects that it holds, of the most frequent class. */
  readonly count: number;
  /** The new object of that class that is nearest to the root. */
  readonly sample: number;
  /** The bytes of all new objects that it holds. */
  readonly bytes: number;
}

/** The types of nodes that a program keeps; V8's compiled code and feedback are not the program's growth. */
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

/** Returns the ids of all nodes, sorted; a typed array adds no objects to the next snapshot. */
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
 * Returns the growth of a heap by container: the last old object on the way from the root to a new one.
 *
 * @param old the ids of an earlier snapshot, from {@link idsOf}
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
    const [largest] = [...classes.values()].toSorted((a, b) => rank(graph, b) - rank(graph, a));
    if (largest && isThePrograms(graph, container))
      growths.set(key, { key, containers: [container], bytes, ...largest });
  }
  for (const each of spread([...growths.values()], graph, paths)) growths.set(each.key, each);
  return growths;
}

/** Returns the sums over the containers of one variable that hold objects of one class. */
function spread(growths: readonly Growth[], graph: HeapGraph, paths: Paths): Growth[] {
  const variables = Map.groupBy(growths, ({ containers: [container = 0], sample }) => {
    const name = graph.name(sample);
    return `${variableOf(container, graph, paths)} ${graph.type(sample)} ${name}`;
  });
  return [...variables].flatMap(([variable, group]): Growth[] => {
    const [first] = group;
    if (!first || group.length === 1) return [];
    return [
      {
        key: `all of ${variable}`,
        containers: group.flatMap(({ containers }) => containers),
        count: group.reduce((sum, { count }) => sum + count, 0),
        bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
        sample: first.sample,
      },
    ];
  });
}

/** Returns the innermost variable on the way to a container, as an id that each snapshot has. */
function variableOf(container: number, graph: HeapGraph, paths: Paths): string {
  for (let node = container; node > 0; node = paths.parent(node)) {
    const edge = paths.edgeTo(node);
    if (isContext(graph, paths.parent(node)) && edge)
      return `${graph.id(paths.parent(node))} ${edge.type} ${edge.name}`;
  }
  return `${graph.id(container)}`;
}

/** Ranks a class by its count; an object says more than a string that it holds. */
function rank(graph: HeapGraph, { sample, count }: Sample): number {
  const type = graph.type(sample);
  return type === 'object' || type === 'closure' ? count * 1000 : count;
}

/** Reports whether a container is an object or a closure, not a structure of V8. */
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
  // a single context has the variables of a whole module
  const variable = isContext(graph, container) ? ` ${paths.edgeTo(held)?.name ?? ''}` : '';
  return { container, key: `${graph.id(container)}${variable}` };
}

/** Reports whether a node is a context, in which V8 keeps the variables that closures capture. */
export function isContext(graph: HeapGraph, node: number): boolean {
  return graph.type(node) === 'object' && graph.name(node) === 'system / Context';
}

/** Reports whether a sorted list has an id, by binary search. */
function includes(sorted: Uint32Array, id: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === id;
}
