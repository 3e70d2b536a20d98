/**
 * A storage client wraps the body of an answer in a new stream, and the caller destroys the wrapper unread.
 *
 * **What leaks** The answer, and its connection.
 *
 * **Why it survives** `Readable.from` takes an iterator of the body at its first read. Destroyed
 * before that, the wrapper has no iterator to return, and the body waits for a reader.
 *
 * **How it shows up** Callers that only look at the size use up the connections to the storage.
 *
 * **How to fix** Destroy the body with the wrapper.
 *
 * **When this is not a leak** When the wrapper is always read.
 */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Wrapper destroyed without its body',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['twentyhq/twenty#25107'],
  hints: [
    'The wrapper is destroyed. What tells the body?',
    '`Readable.from` starts with the first read.',
    'Give the wrapper a `destroy` that destroys the body, or hand out the body itself.',
  ],
  node: '>=22',
} satisfies Pattern;

interface StoredFile {
  readonly size: number;
  readonly content: Readable;
}

async function openFile(url: string): Promise<StoredFile> {
  const request = get(url, { agent: false }); // LEAK: request
  const [body] = (await once(request, 'response')) as [IncomingMessage];
  const content = Readable.from(body);
  return { size: Number(body.headers['content-length'] ?? 0), content };
}

export async function run(lab: Lab): Promise<Outcome> {
  const small = await openFile(`${lab.upstream.http}/bytes?size=10`);
  const length = (await text(small.content)).length;
  const large = await openFile(`${lab.upstream.http}/bytes?size=2000000`);
  large.content.destroy();
  return { length, size: large.size };
}
