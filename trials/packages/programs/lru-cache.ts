import { equal } from 'node:assert/strict';
import { LRUCache } from 'lru-cache';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const evicted: string[] = [];
  const sessions = new LRUCache<string, { user: string }>({
    max: 2,
    ttl: 60_000,
    ttlAutopurge: true,
    dispose: (_value, key, reason) => void (reason === 'evict' && evicted.push(key)),
  });
  for (const user of ['ada', 'ben', 'eva']) sessions.set(user, { user });
  equal(evicted.join(), 'ada');
  equal(sessions.get('ben')?.user, 'ben');
  sessions.delete('eva');
  sessions.delete('ben');
  sessions.set('zoe', { user: 'zoe' }); // LEAK: timer
  equal(sessions.getRemainingTTL('zoe') > 0, true);
  if (close) sessions.clear();
}
