/**
 * A documentation preview listens before it checks its redirects,
 * and a broken redirect rejects the start with the server open.
 *
 * **What leaks** One listening server for every start whose options are refused.
 *
 * **Why it survives** The server is opened first and the options are validated afterwards: the check throws before
 * `startPreview` has returned the object with `close`, so no caller gets the server, but the event loop still holds it.
 *
 * **How it shows up** The editor warns and starts the preview with defaults; from then on it has two ports
 * open and shuts down with one still open. A command that prints its error and should end stays alive.
 *
 * **How to fix** Check the options before anything is opened. Code that
 * can fail only after `listen` has to close the server when it fails.
 *
 * **When this is not a leak** If the program ends with the error anyway (`process.exit(1)`), nothing is left to close.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Options checked only after listening',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node#58854'],
  hints: [
    'The first start is refused. What has been started by then?',
    'A caller closes what it was given. What is it given when `startPreview` rejects?',
    'Parse the redirects before `listen`, so that a refused start has opened nothing.',
  ],
  node: '>=22',
} satisfies Pattern;

interface PreviewOptions {
  readonly pages: ReadonlyMap<string, string>;
  /** Lines `/from /to`, as in a `_redirects` file. */
  readonly redirects: readonly string[];
}

interface Preview {
  readonly url: string;
  close(): Promise<void>;
}

function parseRedirect(line: string): readonly [from: string, to: string] {
  const [from = '', to] = line.split(' ');
  if (to === undefined) throw new TypeError(`expected a target in redirect "${line}"`);
  return [from, to];
}

async function startPreview({ pages, redirects }: PreviewOptions): Promise<Preview> {
  const server = createServer(); // ALSO
  await once(server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server
  const targets = new Map(redirects.map(parseRedirect));

  server.on('request', (request, response) => {
    const path = request.url ?? '/';
    response.end(pages.get(targets.get(path) ?? path) ?? 'no such page');
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Starts a preview, without redirects if they are refused. */
async function startInEditor(options: PreviewOptions, warn: (message: string) => void): Promise<Preview> {
  try {
    return await startPreview(options);
  } catch (error) {
    warn(String(error));
    return startPreview({ ...options, redirects: [] });
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const pages = new Map([['/guide', 'Getting started']]);
  const preview = await startPreview({ pages, redirects: ['/intro /guide'] });
  const { body: redirected } = await lab.visit(`${preview.url}/intro`);
  await preview.close();

  const warnings: string[] = [];
  const plain = await startInEditor({ pages, redirects: ['/intro'] }, (message) => warnings.push(message));
  const { body: direct } = await lab.visit(`${plain.url}/guide`);
  await plain.close();
  return { redirected, warnings, direct };
}
