/** The hosts whose rules for CODEOWNERS differ. */
export type Dialect = 'github' | 'gitlab';

/** Returns a function that reports whether a path, relative to the root, fits a pattern of CODEOWNERS. */
export function codeMatcher(pattern: string, dialect: Dialect): (path: string) => boolean {
  const expression = dialect === 'github' ? githubExpression(pattern) : gitlabExpression(pattern);
  return (path) => expression.test(path);
}

/**
 * Follows gitignore, with two differences of GitHub: a character range is not known, and `docs/*` does not reach into
 * the folders of docs.
 */
function githubExpression(pattern: string): RegExp {
  if (/^\/*$/.test(pattern)) return /^(?!)/;
  const isAnchored = /\/./.test(pattern);
  const body = pattern.replace(/^\//, '');
  const start = isAnchored ? '^' : '^(?:.*/)?';
  if (body.endsWith('/**')) return new RegExp(`${start}${globBody(body.slice(0, -3), false)}/.+$`, 's');
  if (body.endsWith('/')) return new RegExp(`${start}${globBody(body.slice(0, -1), false)}/.+$`, 's');
  const isOneLevel = body.endsWith('/*') || pattern === '/*';
  return new RegExp(`${start}${globBody(body, false)}${isOneLevel ? '' : '(?:/.*)?'}$`, 's');
}

/** Follows Ruby's `File.fnmatch` with the flags that GitLab sets, after its own preparation of the pattern. */
function gitlabExpression(pattern: string): RegExp {
  if (pattern === '*') return /^/;
  const anchored = pattern.startsWith('/') ? pattern.slice(1) : `**/${pattern}`;
  const whole = anchored.endsWith('/') || anchored === '' ? `${anchored}**/*` : anchored;
  return new RegExp(`^${globBody(whole, true)}$`, 's');
}

/** Returns the source of a regular expression for a glob. */
function globBody(glob: string, hasRanges: boolean): string {
  let source = '';
  for (let at = 0; at < glob.length; at += 1) {
    const rest = glob.slice(at);
    const folders = (at === 0 || glob[at - 1] === '/') && /^(?:\*\*\/)+/.exec(rest)?.[0];
    const stars = /^\*+/.exec(rest)?.[0];
    const range = hasRanges && /^\[[!^]?\]?[^\]/]*\]/.exec(rest)?.[0];
    if (folders) {
      source += '(?:[^/]+/)*';
      at += folders.length - 1;
    } else if (stars) {
      source += stars === '**' && glob === stars && !hasRanges ? '.*' : '[^/]*';
      at += stars.length - 1;
    } else if (range) {
      source += rangeOf(range);
      at += range.length - 1;
    } else if (rest.startsWith('?')) {
      source += '[^/]';
    } else if (rest.startsWith('\\') && rest.length > 1) {
      at += 1;
      source += literal(glob[at] ?? '');
    } else {
      source += literal(glob[at] ?? '');
    }
  }
  return source;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function rangeOf(range: string): string {
  const isNegated = /^\[[!^]/.test(range);
  const members = range.slice(isNegated ? 2 : 1, -1).replaceAll(/[\\\]^[]/g, String.raw`\$&`);
  return members === '' ? literal(range) : `(?!/)[${isNegated ? '^' : ''}${members}]`;
}
