import { deepEqual, throws } from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close, scratch }: PackageLab): Promise<void> {
  const database = new DatabaseSync(join(scratch, 'shop.db')); // LEAK: fd
  database.exec('create table orders (id integer primary key, item text not null)');
  const insert = database.prepare('insert into orders (item) values (?)');
  for (const item of ['tea', 'milk']) insert.run(item);
  throws(() => insert.run(null));
  deepEqual(
    database
      .prepare('select item from orders order by id')
      .all()
      .map(({ item }) => item),
    ['tea', 'milk'],
  );
  if (close) database.close();
}
