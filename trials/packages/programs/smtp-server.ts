import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const letters: string[] = [];
  const mailbox = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (chunk) => (text += String(chunk)));
      stream.on('end', () => {
        letters.push(text);
        done();
      });
    },
  });
  const server = mailbox.listen(0, '127.0.0.1'); // LEAK: server
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const post = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  for (const subject of ['tea', 'milk']) {
    const sent = await post.sendMail({ from: 'a@shop.test', to: 'b@shop.test', subject, text: 'sold out' });
    deepEqual(sent.accepted, ['b@shop.test']);
  }
  equal(letters.filter((letter) => letter.includes('sold out')).length, 2);
  if (close) await new Promise<void>((resolve) => mailbox.close(() => resolve()));
}
