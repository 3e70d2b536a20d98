/** Counts the connections that clients hold to a set of ports on 127.0.0.1. */
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** States of a client's end whose server has not closed: ESTABLISHED, FIN_WAIT1, FIN_WAIT2. */
const open = new Set(['01', '04', '05']);
/** 127.0.0.1 as /proc/net/tcp prints it, little endian and big endian. */
const loopback = new Set(['0100007F', '7F000001']);

/**
 * How many connections are open to these ports at this moment.
 *
 * On Linux the kernel's table says so: exact as soon as a client's `connect` or `close` has returned, even for
 * a listener that never reads and so never hears of an end. Elsewhere it is `accepted()`, the connections that
 * the listeners know of, after the events that are already due.
 */
export async function countConnections(
  ports: ReadonlySet<number>,
  accepted: () => number,
  table = '/proc/net/tcp',
): Promise<number> {
  try {
    return clientEnds(await readFile(table, 'latin1'), ports);
  } catch {
    // An end takes some turns from the first read to 'close'.
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    return accepted();
  }
}

/** Counts the rows of /proc/net/tcp that are a client's end of an open connection to one of these ports. */
export function clientEnds(table: string, ports: ReadonlySet<number>): number {
  let count = 0;
  for (const row of table.split('\n').slice(1)) {
    const [, , remote = '', state = '', , , , , , inode] = row.trim().split(/\s+/);
    const [address = '', port = ''] = remote.split(':');
    // Without an inode no process holds it any more: the kernel is winding it down.
    if (open.has(state) && inode !== '0' && loopback.has(address) && ports.has(parseInt(port, 16))) count++;
  }
  return count;
}
