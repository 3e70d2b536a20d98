import { relative } from 'node:path';
import { readCatalogue } from '../../lab/catalogue/catalogue.ts';
import { select } from '../../lab/catalogue/select.ts';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { prove } from '../../lab/oracle/prove.ts';
import { nodeRuntime, type Runtime } from '../../lab/oracle/runtime.ts';

/**
 * Compares the waits of every program of the family `waitgroup` by the source and by the engine, on this Node.
 *
 * Prints what differs, and reports whether all agree.
 */
export async function compareWaits(): Promise<boolean> {
  const programs = select((await readCatalogue(projectRoot)).programs, ['waitgroup']);
  const waitsBy = async (asks: Runtime['asks']): Promise<readonly string[]> => {
    const proofs = await prove(programs, { runtime: { ...nodeRuntime(), asks } });
    return proofs.flatMap(({ program: { file }, attempts }) =>
      attempts.map(({ measured: { readings } }) => {
        const waits = readings.map(({ values, collected }) => `${values.stalls} (${collected} collected)`);
        return `${relative(projectRoot, file)}: ${waits.join(', ')}`;
      }),
    );
  };
  const bySource = await waitsBy('source');
  const byEngine = await waitsBy('engine');
  const differing = bySource.filter((line, index) => line !== byEngine[index]);
  process.stdout.write(
    `node ${process.version}: ${bySource.length - differing.length} of ${bySource.length} programs have the same waits by the source and by the engine\n`,
  );
  for (const line of differing)
    process.stdout.write(
      `  ✗ by the source ${line}\n    by the engine ${byEngine[bySource.indexOf(line)]}\n`,
    );
  return differing.length === 0;
}
