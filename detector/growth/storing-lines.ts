import { authorOf, pathOf } from '../origin/frame.ts';
import { Capture } from '../origin/capture.ts';
import type { Sources } from '../origin/source.ts';
import type { Holder } from './holder.ts';

/** The lines that store into a container, by the source: for values stored by an index, a property or a variable. */
export class StoringLines {
  readonly #sources: Sources;
  readonly #files: readonly string[];

  /** @param urls the URLs of all scripts */
  constructor(sources: Sources, urls: Iterable<string>) {
    this.#sources = sources;
    this.#files = [...new Set([...urls].map(pathOf))].filter((file) => authorOf(file) === 'user');
  }

  /** Returns the line for a variable of the program, or the line of its declaration. */
  of({ declared, name }: Holder): Capture {
    if (!declared || name === undefined) return new Capture(0);
    const { file, line } = declared;
    const storing = storingLine(file, name, this.#sources) || line;
    return storing > 0 ? Capture.at({ file, line: storing }) : new Capture(0);
  }

  /** Returns the line for a property of a builtin, or for a container of Node's, from any file of the program. */
  anywhere({ name, node }: Holder): Capture | undefined {
    const ways = node ? node.inSource : name === undefined ? [] : waysToStore(name);
    for (const way of ways) {
      for (const file of this.#files) {
        const line = firstLine(file, way, this.#sources);
        if (line > 0) return Capture.at({ file, line });
      }
    }
    return undefined;
  }
}

/** Returns the line that declares a variable or class member; 0 if there is none. */
export function declarationIn(file: string, name: string, sources: Sources): number {
  const word = escaped(name);
  const declares = new RegExp(`\\b(?:const|let|var|class|function|static|readonly)\\s+${word}\\b`);
  return sources.linesOf(file).findIndex((line) => declares.test(line)) + 1;
}

/** Returns the likeliest line that stores into a variable or property; 0 if there is none. */
function storingLine(file: string, name: string, sources: Sources): number {
  for (const way of waysToStore(name)) {
    const line = firstLine(file, way, sources);
    if (line > 0) return line;
  }
  return 0;
}

/** Returns the patterns of lines that store into a variable or property, the likeliest first. */
function waysToStore(name: string): readonly RegExp[] {
  const word = `(?<![\\w$])${escaped(name)}`;
  return [
    new RegExp(`${word}[?!]?\\.(?:set|add|push|unshift|splice|register)\\(`),
    new RegExp(`${word}[?!]?(?:\\.?\\[[^\\]]*\\]|\\.\\w+)\\s*(?:\\?\\?|\\|\\|)?=(?!=)`),
    new RegExp(`(?<!\\b(?:const|let|var)\\s+)${word}\\s*(?:\\?\\?|\\|\\||\\+)?=(?![=>])`),
  ];
}

/** Returns the first line of code that fits a pattern; 0 if none fits. */
function firstLine(file: string, way: RegExp, sources: Sources): number {
  const isCode = (line: string): boolean => !/^\s*(?:\/\/|\*|\/\*)/.test(line);
  return sources.linesOf(file).findIndex((line) => way.test(line) && isCode(line)) + 1;
}

function escaped(name: string): string {
  return name.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
