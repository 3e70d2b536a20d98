/** Fixed: when there are no rows, the listener for their description is removed. */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

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
    const onNone = (): void => {
      connection.off('rowDescription', onDescription); // FIX: will never be called
      resolve([]);
    };
    connection.once('rowDescription', onDescription);
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
