import { isAbsolute, relative, sep, win32 } from 'node:path';
import { plain } from '../../../detector/internal.ts';

/** The longest value that is sent. */
const longest = 500;

/** Stands for a path outside of the project. */
export const cutPath = '…';

/** An absolute path of any system, also as a URL, up to a character that ends it. */
const absolute = /(?<![\w.~:/\\-])(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]|\\\\)[^\s'"`<>|()[\]{},;]+/g;
const upwards = /(?<![\w./\\-])(?:\.\.[\\/])+[^\s'"`<>|()[\]{},;]*/g;
/** Folders of systems and of CI services, which tell a file from a route such as `/orders/7`. */
const systemFolder =
  /^(?:file:\/\/)?(?:[A-Za-z]:[\\/]|\\\\|\/(?:home|Users|root|tmp|var|etc|opt|usr|private|mnt|media|srv|Volumes|run|proc|dev|sys|builds|github|workspace|__w)(?:\/|$))/;

/**
 * Returns a value as it may leave the machine: on one line, not too long, without credentials or queries of URLs, and
 * with paths of the project relative to its root.
 *
 * @param isFromRun true for values of the running program, where each absolute path is cut; false for text of the
 *   sources, where routes look like paths
 */
export function redact(text: string, root: string, isFromRun: boolean): string {
  const safe = plain(text)
    .replaceAll(/\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s/@'"`]*@)?([^\s?#'"`]*)(?:[?#][^\s'"`]*)?/gi, '$1$2')
    .replaceAll(absolute, (path) => {
      const inside = insideOf(root, path);
      if (inside !== undefined) return inside;
      return isFromRun || systemFolder.test(path) ? cutPath : path;
    })
    .replaceAll(upwards, (path) => (isFromRun ? cutPath : path))
    .trim();
  return safe.length <= longest ? safe : `${safe.slice(0, longest - 1)}…`;
}

/** Reports whether a path is relative and stays in the folder that it is relative to. */
export function staysInside(path: string): boolean {
  return path !== '' && !isAbsolute(path) && !win32.isAbsolute(path) && !path.split(/[\\/]/).includes('..');
}

function insideOf(root: string, path: string): string | undefined {
  const inside = relative(root, path.replace(/^file:\/\//, ''));
  return staysInside(inside) ? inside.split(sep).join('/') : undefined;
}
