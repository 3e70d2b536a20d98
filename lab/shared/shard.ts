import { UsageError } from './usage-error.ts';

/** A part of a job that several machines share. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** Parses a part: `2/5`. @throws UsageError for `0/3`, `4/3`, `half` */
export function shardOf(text: string): Shard {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index >= 1 && shard.index <= shard.of) return shard;
  throw new UsageError(`--shard ${JSON.stringify(text)} is no part`, 'write it as 2/5: the second of five');
}

/** Returns every `of`th item, which spreads slow neighbours over the shards; all items without a shard. */
export function shareOf<Item>(all: readonly Item[], shard: Shard | undefined): readonly Item[] {
  return all.filter((_, index) => !shard || index % shard.of === shard.index - 1);
}
