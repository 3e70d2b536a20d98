import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { foreignRuntimes } from '../../shared/project-releases.ts';
import { foreignNames, readStandings, standingsPath } from '../../oracle/by-source/standing-file.ts';
import { runtimesPage } from './runtimes-page.ts';

it('docs/runtimes.md is what the committed measurements say', () => {
  expect(readFileSync(join(projectRoot, 'docs', 'runtimes.md'), 'utf8')).toBe(runtimesPage(projectRoot));
});

it.each(foreignNames)(
  '%s: every program of the catalogue was measured, with the release of the matrix',
  async (name) => {
    const { programs } = await readCatalogue(projectRoot);
    const file = readStandings(standingsPath(projectRoot, name));
    expect(file?.programs.map(({ path }) => path)).toEqual(
      programs.map((program) => relative(projectRoot, program.file)),
    );
    expect(file?.release).toBe(foreignRuntimes[name]);
  },
);
