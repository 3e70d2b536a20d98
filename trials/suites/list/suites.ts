import type { Suite } from '../suite.ts';
import { jestSuites } from './jest.ts';
import { mochaSuites } from './mocha.ts';
import { nodeTestSuites } from './node-test.ts';
import { vitestSuites } from './vitest.ts';

/** Suites that use real files, threads, child processes, servers and sockets. */
export const suites: readonly Suite[] = [...nodeTestSuites, ...mochaSuites, ...jestSuites, ...vitestSuites];
