import { deepEqual } from 'node:assert/strict';
import { bufferCount, firstValueFrom, interval, map, Subject, take, toArray } from 'rxjs';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  deepEqual(await firstValueFrom(interval(2).pipe(take(3), toArray())), [0, 1, 2]);
  const pairs = new Subject<number[]>();
  const polling = interval(5) // ALSO
    .pipe(
      map((tick) => tick * 10),
      bufferCount(2),
    )
    .subscribe(pairs); // LEAK: timer
  deepEqual(await firstValueFrom(pairs.pipe(take(2), toArray())), [
    [0, 10],
    [20, 30],
  ]);
  if (close) polling.unsubscribe();
}
