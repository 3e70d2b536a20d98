import type { Edge, HeapGraph } from './heap-graph.ts';

/** V8's internal tables: an object that only they hold belongs to no program. */
const tables: ReadonlySet<string> = new Set(['(Internalized strings)', '(Read-only roots)', '(Weak roots)']);
const passing: ReadonlySet<string> = new Set(['weak', 'shortcut']);
/** The types of nodes that V8 allocates as parts of another object. */
const parts: ReadonlySet<string> = new Set(['array', 'hidden']);

/** The shortest paths from the root of a heap to every node that is held strongly. */
export class Paths {
  /** The reached nodes, the nearest to the root first. */
  readonly reached: Int32Array;
  readonly #graph: HeapGraph;
  readonly #parents: Int32Array;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#parents = new Int32Array(graph.size).fill(-1);
    const queue = new Int32Array(graph.size);
    let end = 1;
    this.#parents[0] = 0;
    for (let at = 0; at < end; at += 1) {
      const node = queue[at] ?? 0;
      for (const edge of this.#strongEdges(node)) {
        if (this.#parents[edge.to] !== -1) continue;
        this.#parents[edge.to] = node;
        queue[end] = edge.to;
        end += 1;
      }
    }
    this.reached = queue.subarray(0, end);
  }

  /** Returns the holder of a node; the root holds itself, and -1 stands for none. */
  parent(node: number): number {
    return this.#parents[node] ?? -1;
  }

  /** Returns the edge by which its holder holds a node. */
  edgeTo(node: number): Edge | undefined {
    for (const edge of this.#strongEdges(this.parent(node))) if (edge.to === node) return edge;
    return undefined;
  }

  /** Returns the path from the root down to a node; empty if none holds it. */
  to(node: number): number[] {
    const path = [node];
    for (let each = node; each > 0;) {
      each = this.parent(each);
      if (each < 0) return [];
      path.push(each);
    }
    return path.toReversed();
  }

  /** Reports whether a node is a part that V8 allocates apart from its object, such as the table of a Map. */
  isPart(node: number): boolean {
    return parts.has(this.#graph.type(node));
  }

  *#strongEdges(node: number): Generator<Edge> {
    const graph = this.#graph;
    if (graph.type(node) === 'synthetic' && tables.has(graph.name(node))) return;
    const isPart = this.isPart(node);
    for (const edge of graph.edges(node)) {
      if (passing.has(edge.type)) continue;
      // a WeakMap's table holds nothing: its keys do
      if (isPart && edge.name.includes('part of key')) continue;
      yield edge;
    }
  }
}
