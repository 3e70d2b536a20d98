import type { InProcess } from '../answer/adapter.ts';
import { inProcess, wait } from './in-process.ts';

/** Libraries for Node that list open resources, and the platform's own lists. */
export const nodeTools: readonly InProcess[] = [
  inProcess({
    name: 'active-resources',
    title: 'process.getActiveResourcesInfo(), difference',
    version: '1',
    sees: ['loop handle'],
    configuration: `Counted by type before and after. ${wait}; asked again until nothing is left`,
    hasLines: false,
  }),
  inProcess({
    name: 'process-report',
    title: 'libuv handles of process.report, and open descriptors, difference',
    version: '1',
    sees: ['loop handle', 'unref handle', 'descriptor'],
    configuration: `Active handles of \`process.report\` and files in /proc/self/fd, counted before and after. ${wait}; asked again until nothing is left`,
    hasLines: false,
  }),
  inProcess({
    name: 'why-is-node-running',
    version: '3.2.3',
    sees: ['loop handle'],
    configuration: `Imported first; its dump through a logger. ${wait}`,
  }),
  inProcess({
    name: 'wtfnode',
    version: '0.10.1',
    sees: ['loop handle'],
    configuration: `Imported first; its dump with full stacks. ${wait}`,
  }),
  inProcess({
    name: 'leaked-handles',
    version: '5.2.0',
    sees: ['loop handle'],
    configuration: `Required first; fullStack and debugSockets on, printed once. ${wait}`,
  }),
  inProcess({
    name: 'memlab',
    title: 'memlab analyze unbound-object',
    version: '2.0.5',
    sees: ['retention'],
    configuration:
      'The program runs six times, the first two to warm up, with garbage collections and a heap snapshot after each of the others; objects of 10 KB or more whose retained size differs, its default',
    hasLines: false,
  }),
];
