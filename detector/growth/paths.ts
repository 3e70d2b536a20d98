import type { Edge, HeapGraph } from './heap-graph.ts';

/** Tables of V8's own: what only they hold is nobody's. */
const tables: ReadonlySet<string> = new Set(['(Internalized strings)', '(Read-only roots)', '(Weak roots)']);
const passing: ReadonlySet<string> = new Set(['weak', 'shortcut']);
/** Parts of an object that V8 allocates apart. */
const parts: ReadonlySet<string> = new Set(['array', 'hidden']);

/** The shortest ways from the root of a heap to everything that is held strongly. */
export class Paths {
  /** In the order in which they were reached: the nearest to the root first. */
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

  /** Who holds it; itself for the root. */
  parent(node: number): number {
    return this.#parents[node] ?? -1;
  }

  /** By what it is held. */
  edgeTo(node: number): Edge | undefined {
    for (const edge of this.#strongEdges(this.parent(node))) if (edge.to === node) return edge;
    return undefined;
  }

  /** From the root down to a node. */
  to(node: number): number[] {
    const path = [node];
    for (let each = node; each > 0;) {
      each = this.parent(each);
      if (each < 0) return [];
      path.push(each);
    }
    return path.toReversed();
  }

  /** Whether it is a part of an object that V8 allocates apart, as the table of a Map. */
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
