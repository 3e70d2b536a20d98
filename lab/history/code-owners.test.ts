import { describe, expect, test } from 'vitest';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { ownersIn, readCodeOwners, type Dialect } from './code-owners.ts';

const folder = tempFolders();

/** Returns the owner for each path, as the one rule `pattern @x` decides. */
function owned(dialect: Dialect, pattern: string, paths: readonly string[]): string[] {
  const ownersOf = ownersIn(`${pattern} @x\n`, dialect);
  return paths.filter((path) => ownersOf(path).length > 0);
}

const paths = [
  'index.js',
  '.env',
  'docs',
  'docs/a.md',
  'docs/deep/b.md',
  'lib/docs/c.md',
  'lib/index.js',
  'lib/docs.js',
];

describe('patterns of GitHub', () => {
  test.each([
    ['*', paths],
    ['**', paths],
    ['*.js', ['index.js', 'lib/index.js', 'lib/docs.js']],
    ['/*.js', ['index.js']],
    ['/*', ['index.js', '.env', 'docs']],
    ['docs', ['docs', 'docs/a.md', 'docs/deep/b.md', 'lib/docs/c.md']],
    ['/docs', ['docs', 'docs/a.md', 'docs/deep/b.md']],
    ['docs/', ['docs/a.md', 'docs/deep/b.md', 'lib/docs/c.md']],
    ['/docs/', ['docs/a.md', 'docs/deep/b.md']],
    ['docs/*', ['docs/a.md']],
    ['docs/**', ['docs/a.md', 'docs/deep/b.md']],
    ['/docs/**/*.md', ['docs/a.md', 'docs/deep/b.md']],
    ['**/docs', ['docs', 'docs/a.md', 'docs/deep/b.md', 'lib/docs/c.md']],
    ['lib/docs', ['lib/docs/c.md']],
    ['docs/?.md', ['docs/a.md']],
    ['/', []],
    ['!docs', []],
    ['[d]ocs', []],
  ])('%s', (pattern, expected) => {
    expect(owned('github', pattern, paths)).toEqual(expected);
  });
});

describe('patterns of GitLab', () => {
  test.each([
    ['*', paths],
    ['*.js', ['index.js', 'lib/index.js', 'lib/docs.js']],
    ['/*', ['index.js', '.env', 'docs']],
    ['docs', ['docs']],
    ['docs/', ['docs/a.md', 'docs/deep/b.md', 'lib/docs/c.md']],
    ['/docs/', ['docs/a.md', 'docs/deep/b.md']],
    ['docs/*', ['docs/a.md', 'lib/docs/c.md']],
    ['/docs/**/*.md', ['docs/a.md', 'docs/deep/b.md']],
    ['/docs/[ab].md', ['docs/a.md']],
    ['/docs/[!b].md', ['docs/a.md']],
  ])('%s', (pattern, expected) => {
    expect(owned('gitlab', pattern, paths)).toEqual(expected);
  });
});

test('the last line that fits wins on GitHub, also one without owners', () => {
  const ownersOf = ownersIn(
    `# everything
*        @acme/all ada@example.org
/src/    @ada @bo # an inline comment
/src/gen/
/src/bad @ada not-an-owner
/src/a\\ b.js @cy`,
    'github',
  );
  expect(ownersOf('README.md')).toEqual(['@acme/all', 'ada@example.org']);
  expect(ownersOf('src/poll.ts')).toEqual(['@ada', '@bo']);
  expect(ownersOf('src/gen/api.ts')).toEqual([]);
  expect(ownersOf('src/bad')).toEqual(['@ada', '@bo']);
  expect(ownersOf('src/a b.js')).toEqual(['@cy']);
});

test('each section of GitLab has its owners, and repeated ones are one', () => {
  const ownersOf = ownersIn(
    `* @all

[Documentation][2] @docs
docs/
*.md @writers

^[Database] @dba
model/db/

[DOCUMENTATION] @late
*.txt
\\#notes @cy
not a heading] @x`,
    'gitlab',
  );
  expect(ownersOf('src/a.ts')).toEqual(['@all']);
  expect(ownersOf('docs/a.png')).toEqual(['@all', '@docs']);
  expect(ownersOf('docs/a.md')).toEqual(['@all', '@writers']);
  expect(ownersOf('model/db/x.ts')).toEqual(['@all', '@dba']);
  expect(ownersOf('docs/a.txt')).toEqual(['@all', '@late']);
  expect(ownersOf('#notes')).toEqual(['@all', '@cy']);
});

test('an exclusion of GitLab holds in its section, also against later lines', () => {
  const ownersOf = ownersIn(
    `[Ruby]
*.rb @ruby
!/config/
/config/routes.rb @ops
[Config]
/config/ @ops @@maintainer`,
    'gitlab',
  );
  expect(ownersOf('app/a.rb')).toEqual(['@ruby']);
  expect(ownersOf('config/routes.rb')).toEqual(['@ops', '@@maintainer']);
});

describe('the file', () => {
  test('is read where its host looks first', () => {
    const root = folder({
      '.github/CODEOWNERS': '* @hub',
      CODEOWNERS: '* @root',
      '.gitlab/CODEOWNERS': '* @lab',
    });
    const file = (env: NodeJS.ProcessEnv): string | undefined => readCodeOwners(root, env)?.file;
    expect(file({ GITHUB_ACTIONS: 'true' })).toBe('.github/CODEOWNERS');
    expect(file({ GITLAB_CI: 'true' })).toBe('CODEOWNERS');
    expect(file({})).toBe('.github/CODEOWNERS');
    expect(readCodeOwners(folder(), {})).toBeUndefined();
  });

  test('has the rules of GitLab if it has a section, or stands in a project of GitLab', () => {
    const text = 'docs/* @x';
    const isNested = (files: Readonly<Record<string, string>>): boolean =>
      (readCodeOwners(folder(files), {})?.ownersOf('lib/docs/a.md').length ?? 0) > 0;
    expect(isNested({ CODEOWNERS: text })).toBe(false);
    expect(isNested({ CODEOWNERS: `[Docs]\n${text}` })).toBe(true);
    expect(isNested({ CODEOWNERS: text, '.gitlab-ci.yml': '' })).toBe(true);
  });
});
