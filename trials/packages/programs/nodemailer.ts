import { deepEqual } from 'node:assert/strict';
import { createTransport } from 'nodemailer';
import type { PackageLab, PackageProgram } from '../package-lab.ts';

export const program = { service: 'smtp' } satisfies PackageProgram;

export async function run({ close, port }: PackageLab): Promise<void> {
  const post = createTransport({ host: '127.0.0.1', port, ignoreTLS: true, pool: true, maxConnections: 1 }); // LEAK: socket
  const letters = ['tea', 'milk', 'salt'].map((subject) =>
    post.sendMail({ from: 'a@shop.test', to: 'b@shop.test', subject, text: 'sold out' }),
  );
  for (const { accepted } of await Promise.all(letters)) deepEqual(accepted, ['b@shop.test']);
  if (close) post.close();
}
