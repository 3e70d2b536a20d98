/**
 * A database cursor listens for the description of its rows, or for the message that there are none, on the
 * connection that all cursors share.
 *
 * **What leaks** The `rowDescription` listener of each statement that returns no rows.
 *
 * **Why it survives** Only one of two messages comes. After `noData`, `rowDescription` never comes, and its `once`
 * listener waits on a connection that is used for years.
 *
 * **How it shows up** `MaxListenersExceededWarning` on the connection after eleven inserts through cursors. The next
 * cursor that gets rows calls all the old listeners.
 *
 * **How to fix** Let each of the two handlers remove the other.
 *
 * **When this is not a leak** When the connection is closed after the statement.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Row listener kept when no rows come',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['brianc/node-postgres#2501'],
  hints: [
    'Send a statement that returns nothing. Which message comes, and which does not?',
    'Two listeners were added. One has fired.',
    'Let each handler remove the other.',
  ],
  node: '>=22',
} satisfies Pattern;

/** A connection that several cursors share. */
class Connection extends EventEmitter {
  send(statement: string): void {
    const hasRows = statement.startsWith('select');
    queueMicrotask(() => this.emit(hasRows ? 'rowDescription' : 'noData', ['id', 'title']));
  }
}

const reading = new Connection();
const writing = new Connection();

/** Submits a statement and resolves with its columns; empty if it returns no rows. */
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
