import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The places in which GitHub and GitLab look; the first one counts. */
const places = ['.github/CODEOWNERS', '.gitlab/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** Returns a function that names the first owner of a path, as CODEOWNERS says; the last fitting line counts. */
export function codeOwnersOf(root: string): (path: string) => string | undefined {
  const rules = rulesOf(places.map((place) => textOf(join(root, place))).find((text) => text !== '') ?? '');
  return (path) => rules.findLast(({ fits }) => fits.test(path))?.owner;
}

interface OwnerRule {
  readonly fits: RegExp;
  /** Absent for a pattern that takes the owner away. */
  readonly owner: string | undefined;
}

function rulesOf(text: string): OwnerRule[] {
  const rules: OwnerRule[] = [];
  let ofSection: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const section = /^\s*\^?\[[^\]]*\](?:\[\d+\])?(.*)$/.exec(line);
    if (section) {
      ofSection = ownerIn(section[1] ?? '');
      continue;
    }
    const [, pattern = '', owners = ''] = /^\s*((?:\\.|[^\\\s])+)(.*)$/.exec(line) ?? [];
    rules.push({ fits: patternOf(pattern.replaceAll(/\\(.)/g, '$1')), owner: ownerIn(owners) ?? ofSection });
  }
  return rules;
}

function ownerIn(text: string): string | undefined {
  return text
    .replace(/\s#.*/, '')
    .split(/\s+/)
    .find((word) => word.includes('@'));
}

/** Returns the expression for a pattern of CODEOWNERS, which are those of .gitignore without `!` and `[a-z]`. */
function patternOf(pattern: string): RegExp {
  const isAnchored = pattern.slice(0, -1).includes('/');
  const body = pattern.replace(/^\//, '').replace(/\/$/, '/**');
  const parts = body.split('/').map((part) => part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`));
  const expression = parts
    .map((part, index) => {
      const isLast = index === parts.length - 1;
      if (part === '**') return isLast ? '.+' : '(?:.*/)?';
      const own = part.replaceAll(/\*+/g, '[^/]*').replaceAll('?', '[^/]');
      return isLast ? own : `${own}/`;
    })
    .join('');
  // a folder owns what is in it, but docs/* only its files
  const below = parts.length > 1 && parts.at(-1) === '*' ? '' : '(?:/.*)?';
  return new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${expression}${below}$`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
