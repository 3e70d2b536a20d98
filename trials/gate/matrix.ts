/** `npm run matrix`: runs the main job and the proofs on every Node line, then the proofs elsewhere; saves the curves. */
import { join, relative } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { nodeExecutable, nodeLines } from '../../lab/shared/project-releases.ts';

const cli = join(projectRoot, 'lab', 'cli.ts');
let isRight = true;

for (const [line, version] of Object.entries(nodeLines)) {
  const node = await nodeExecutable(version);
  process.stdout.write(`\n── Node ${version}\n`);
  const proofs = join(projectRoot, 'docs', 'proofs', `node-${line}.json`);
  const commands = [
    [cli, 'run'],
    [cli, 'prove', '--save', proofs],
  ];
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await $({
      nothrow: true,
      quiet: true,
    })`${node} --disable-warning=ExperimentalWarning ${command}`;
    const isJobRight = exitCode === 0;
    isRight &&= isJobRight;
    process.stdout.write(isJobRight ? lastPart(stdout) : `${stdout}${stderr}`);
    process.stdout.write(
      `${isJobRight ? '✓' : '✗'} ${relative(projectRoot, cli)} ${command.slice(1, 2).join(' ')}: exit code ${exitCode}\n`,
    );
  }
}
process.stdout.write('\n── Deno and Bun\n');
const foreign = await $({
  nothrow: true,
  quiet: true,
})`${process.execPath} ${join(import.meta.dirname, 'foreign.ts')}`;
process.stdout.write(foreign.stdout + foreign.stderr);
isRight &&= foreign.exitCode === 0;
process.exitCode = isRight ? 0 : 1;

/** Removes the lines of single programs. */
function lastPart(output: string): string {
  return output
    .split('\n')
    .filter((each) => !/^[✓✗] /.test(each))
    .join('\n');
}
