/** Counts the connections that clients hold to a set of ports on 127.0.0.1. */
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { codeOf } from '../shared/error-message.ts';

/**
 * Counts the connections that are open to these ports at this moment. On Linux the kernel's table is exact as soon
 * as a client's `connect` or `close` has returned, even for a listener that never reads and so never learns of an
 * end. Elsewhere `accepted()` counts the connections that the listeners know, after the events that are already
 * due.
 */
export async function countConnections(
  ports: ReadonlySet<number>,
  accepted: () => number,
  table = '/proc/net/tcp',
): Promise<number> {
  try {
    return clientEnds(await readFile(table, 'latin1'), ports);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // from the first read to 'close', an end takes some turns
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    return accepted();
  }
}

/** Counts the rows of /proc/net/tcp that are a client's end of an open connection to one of these ports. */
export function clientEnds(table: string, ports: ReadonlySet<number>): number {
  const hex = [...ports].map((port) => port.toString(16).toUpperCase().padStart(4, '0')).join('|');
  // 127.0.0.1 is printed in the machine's byte order
  const remote = `(?:0100007F|7F000001):(?:${hex})`;
  // states in which the server has not closed: ESTABLISHED, FIN_WAIT1, FIN_WAIT2
  const state = '(?:01|04|05)';
  // a row without an inode belongs to no process: the kernel is winding it down
  const inode = '(?!0 )\\d+';
  // one expression over the whole table, as thousands of rows may be in TIME_WAIT
  const row = `^ *\\d+: (\\S+ ${remote}) ${state} \\S+ \\S+ \\S+ +\\d+ +\\d+ ${inode} `;
  // the kernel hands out the table page by page, and prints a row twice if others come and go meanwhile
  return new Set(Array.from(table.matchAll(new RegExp(row, 'gm')), ([, ends]) => ends)).size;
}
