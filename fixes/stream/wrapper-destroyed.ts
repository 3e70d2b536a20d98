/** Fixed: the body is destroyed with its wrapper. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface StoredFile {
  readonly size: number;
  readonly content: Readable;
}

async function openFile(url: string): Promise<StoredFile> {
  const request = get(url, { agent: false });
  const [body] = (await once(request, 'response')) as [IncomingMessage];
  const content = Readable.from(body);
  content.once('close', () => body.destroy()); // FIX: the wrapper may not have started
  return { size: Number(body.headers['content-length'] ?? 0), content };
}

export async function run(lab: Lab): Promise<Outcome> {
  const small = await openFile(`${lab.upstream.http}/bytes?size=10`);
  const length = (await text(small.content)).length;
  const large = await openFile(`${lab.upstream.http}/bytes?size=2000000`);
  large.content.destroy();
  return { length, size: large.size };
}
