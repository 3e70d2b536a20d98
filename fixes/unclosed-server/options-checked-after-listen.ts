/** Fixed: the options are checked before the server is opened, so a refused start leaves nothing open. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome } from '../../lab/contract.ts';

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
  const targets = new Map(redirects.map(parseRedirect)); // FIX: checked before anything is open
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // FIX: the start cannot be refused any more

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
