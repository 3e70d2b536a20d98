import { expect, test } from 'vitest';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { codeOwnersOf } from './code-owners.ts';

const folder = tempFolders();

// the patterns of GitHub's documentation
const owners = codeOwnersOf(
  folder({
    '.github/CODEOWNERS': `# comment
*       @all  # the rest
*.js    @js @more
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/scripts/ @doctocat @octocat
**/logs @log
/apps/github
with\\ space/ @spaced
`,
  }),
);

test.each([
  ['README.md', '@all'],
  ['src/poll.js', '@js'],
  ['build/logs/today/x.txt', '@log'],
  ['docs/getting-started.md', 'docs@example.com'],
  ['docs/build-app/troubleshooting.md', '@all'],
  ['lib/apps/x.ts', '@octocat'],
  ['scripts/release.sh', '@doctocat'],
  ['lib/scripts/release.sh', '@all'],
  ['deeply/nested/logs/x.ts', '@log'],
  ['apps/github/x.ts', undefined],
  ['with space/x.ts', '@spaced'],
])('%s belongs to %s', (path, owner) => {
  expect(owners(path)).toBe(owner);
});

test('sections of GitLab have owners for their lines', () => {
  const ownersOfSections = codeOwnersOf(
    folder({ CODEOWNERS: '[Docs][2] @writers\n*.md\n^[Code] @coders\nsrc/\nsrc/db/ @data\n' }),
  );
  expect(['a.md', 'src/a.ts', 'src/db/a.ts', 'x'].map(ownersOfSections)).toEqual([
    '@writers',
    '@coders',
    '@data',
    undefined,
  ]);
});

test('without the file there are no owners', () => {
  expect(codeOwnersOf(folder())('src/poll.js')).toBeUndefined();
});
