import type { Adapter } from './answer/adapter.ts';
import { bun } from './adapters/bun.ts';
import { deno } from './adapters/deno.ts';
import { eslint } from './adapters/eslint.ts';
import { jest } from './adapters/jest.ts';
import { leaklab } from './adapters/leaklab.ts';
import { nodeTest } from './adapters/node-test.ts';
import { nodeTools } from './adapters/node-tools.ts';
import { rstest } from './adapters/rstest.ts';
import { vitest } from './adapters/vitest.ts';

/** Detectors on the board, in its order. */
export const adapters: readonly Adapter[] = [
  ...leaklab,
  vitest,
  rstest,
  jest,
  ...nodeTools,
  nodeTest,
  deno,
  bun,
  eslint,
];
