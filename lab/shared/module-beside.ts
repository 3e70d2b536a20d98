import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Returns the path of a module beside another one, from which a new process or thread starts: `.ts` in a clone, `.js`
 * in the package.
 *
 * @param url the URL of the module that starts it: `import.meta.url`
 * @param name the name without an extension: `main`
 */
export function moduleBeside(url: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(url)}`, url));
}
