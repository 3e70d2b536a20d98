import { deepEqual, equal } from 'node:assert/strict';
import { Pool } from 'undici';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close, upstream }: PackageLab): Promise<void> {
  const pool = new Pool(upstream.http, { connections: 1 }); // LEAK: socket
  const answers = await Promise.all(
    ['tea', 'milk', 'salt'].map(async (body) => {
      const answer = await pool.request({ path: '/echo', method: 'POST', body });
      return answer.body.text();
    }),
  );
  deepEqual(answers, ['tea', 'milk', 'salt']);
  const { statusCode, body } = await pool.request({ path: '/error', method: 'GET' });
  equal(statusCode, 500);
  await body.dump();
  if (close) await pool.close();
}
