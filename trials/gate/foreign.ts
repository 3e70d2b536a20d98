/**
 * `npm run foreign`: proves the labels on Deno and Bun, saves the proofs in docs/proofs/, and writes docs/runtimes.md.
 * First it compares the measurement by the source with that by the engine on Node, where both are possible.
 */
import { join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { runtimesPage } from '../../lab/docs/pages/runtimes-page.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { compareWaits } from './compare-waits.ts';
import { foreignRuntimes } from '../../lab/shared/project-releases.ts';

const cli = join(projectRoot, 'lab', 'cli.ts');

if (!(await compareWaits())) process.exitCode = 1;

for (const name of Object.keys(foreignRuntimes)) {
  const save = join(projectRoot, 'docs', 'proofs', `${name}.json`);
  const { exitCode, stdout, stderr } = await $({
    nothrow: true,
    quiet: true,
  })`${process.execPath} ${cli} prove --runtime ${name} --save ${save}`;
  if (exitCode !== 0) process.exitCode = 1;
  process.stdout.write(exitCode === 0 ? (stdout.trimEnd().split('\n').at(-1) ?? '') : stdout + stderr);
  process.stdout.write('\n');
}
writeWhole(join(projectRoot, 'docs', 'runtimes.md'), runtimesPage(projectRoot));
