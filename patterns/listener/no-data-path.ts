/**
 * A database cursor listens for the description of its rows, or for the word that there are none, on the connection
 * that all cursors share.
 *
 * **What leaks** For each statement that returns no rows, its listener for the description of rows.
 *
 * **Why it survives** Either of two messages answers. When `noData` comes, `rowDescription` never will, and its
 * `once` listener waits on a connection that is used for years.
 *
 * **How it shows up** `MaxListenersExceededWarning` on the connection after eleven inserts through cursors. The next
 * cursor that does get rows wakes all the old ones.
 *
 * **How to fix** In each of the two handlers take the other one off.
 *
 * **When this is not a leak** When the connection is closed after the statement.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Listener of an answer that came without rows',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['brianc/node-postgres#2501'],
  hints: [
    'Send a statement that returns nothing. Which message comes, and which does not?',
    'Two listeners were added. One has fired.',
    'Remove the sibling in both handlers.',
  ],
  node: '>=22',
} satisfies Pattern;

/** A connection for all statements of this process. */
class Connection extends EventEmitter {
  send(statement: string): void {
    const hasRows = statement.startsWith('select');
    queueMicrotask(() => this.emit(hasRows ? 'rowDescription' : 'noData', ['id', 'title']));
  }
}

const reading = new Connection();
const writing = new Connection();

/** The columns of the answer; none if it has no rows. */
function submit(connection: Connection, statement: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const onDescription = (columns: readonly string[]): void => {
      connection.off('noData', onNone);
      resolve(columns);
    };
    const onNone = (): void => resolve([]);
    connection.once('rowDescription', onDescription); // LEAK: listener x2
    connection.once('noData', onNone);
    connection.send(statement);
  });
}

export async function run(): Promise<Outcome> {
  const found = await submit(reading, 'select id, title from books');
  const added = await submit(writing, "insert into books values (7, 'Walden')");
  const removed = await submit(writing, 'delete from books where id = 7');
  return { found, added, removed };
}
