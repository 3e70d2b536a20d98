import { diffArrays } from 'diff';

/** Returns the code of a program as tokens, without comments, layout, semicolons or trailing commas. */
export function tokensOf(source: string): readonly string[] {
  const tokens = source.match(
    /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`|[\w$#]+|=>|[^\s\w]/g,
  );
  const code = (tokens ?? [])
    .filter((token) => !/^\/[/*]/.test(token))
    .map((token) => (token.startsWith('"') ? `'${token.slice(1, -1)}'` : token));
  return code.filter((token, at) => token !== ';' && !(token === ',' && /^[)\]}]$/.test(code[at + 1] ?? '')));
}

/** Differences between two programs, as tokens. */
export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function changesFrom(before: string, after: string): Changes {
  const changes = diffArrays([...tokensOf(before)], [...tokensOf(after)]);
  const having = (part: 'added' | 'removed'): string[] =>
    changes.filter((change) => change[part]).flatMap(({ value }) => value);
  return { added: having('added'), removed: having('removed') };
}

/** Returns how alike two changes are: 1 for the same tokens, 0 for none in common. */
export function likeness(one: Changes, other: Changes): number {
  const bags = [one, other].map(({ added, removed }) => {
    const bag = new Map<string, number>();
    for (const token of [...added, ...removed.map((each) => `-${each}`)])
      bag.set(token, (bag.get(token) ?? 0) + 1);
    return bag;
  });
  const [first = new Map<string, number>(), second = new Map<string, number>()] = bags;
  let shared = 0;
  let all = 0;
  for (const token of new Set([...first.keys(), ...second.keys()])) {
    const counts = [first.get(token) ?? 0, second.get(token) ?? 0];
    shared += Math.min(...counts);
    all += Math.max(...counts);
  }
  return all === 0 ? 1 : shared / all;
}

/** Counts a token, or a sequence of tokens, in a program. */
export function countOf(source: string, ...wanted: readonly string[]): number {
  const tokens = tokensOf(source);
  return tokens.filter((_token, at) => wanted.every((each, offset) => tokens[at + offset] === each)).length;
}

/** Returns the tokens of the exported function `run`. */
export function runOf(source: string): readonly string[] {
  const text = /^export (?:async function run\b|const run\b|function run\b).*?^\}/ms.exec(source)?.[0] ?? '';
  return tokensOf(text);
}
