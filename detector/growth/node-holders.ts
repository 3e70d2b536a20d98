import { performance } from 'node:perf_hooks';

/** A container of Node's that programs fill without meaning to. */
export interface NodeHolder {
  /** The name that a reader knows it by. */
  readonly title: string;
  /** The names, in Node's sources, of the variable or property that holds the entries. */
  readonly variables: readonly string[];
  /** The call that releases the entries; absent where there is none. */
  readonly undo?: string;
  /** The methods that fill it. */
  readonly methods: readonly (readonly [object, readonly string[]])[];
  /** The likeliest lines that fill it, for calls that can't be patched or that the program took earlier. */
  readonly inSource: readonly RegExp[];
}

const timeline = Object.getPrototypeOf(performance) as object;

/** The containers, by what fills them (lib/internal/perf/observe.js, lib/internal/modules). */
export const nodeHolders: readonly NodeHolder[] = [
  {
    title: 'performance timeline',
    variables: ['markEntryBuffer'],
    undo: 'performance.clearMarks()',
    methods: [[timeline, ['mark']]],
    inSource: [/\bmark\(/],
  },
  {
    title: 'performance timeline',
    variables: ['measureEntryBuffer'],
    undo: 'performance.clearMeasures()',
    methods: [[timeline, ['measure']]],
    inSource: [/\bmeasure\(/],
  },
  {
    title: 'module cache',
    variables: ['loadCache', '#resolveCache'],
    methods: [],
    inSource: [/\bimport\([^)]*\?/, /\bimport\((?!['"])/],
  },
  {
    title: 'module cache',
    variables: ['children'],
    methods: [],
    inSource: [/\bdelete require\.cache\b/, /\brequire\.cache\b/],
  },
];
