import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The path of a module beside another one, for a process or a thread of its own to start with: `.ts` where the
 * lab is developed, `.js` where it is published.
 *
 * @param url of the module that starts it: `import.meta.url`
 * @param name without an extension: `main`
 */
export function moduleBeside(url: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(url)}`, url));
}
