/** Process of an adapter in process: watches, loads, runs, collects the findings, and answers in a file. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Lab } from '../../contract.ts';
import type { Watch } from '../answer/adapter.ts';
import { drive, driveAgain, driveNeighbour } from './drive.ts';
import { readJob } from '../answer/job.ts';

interface Program {
  run(lab: Lab): Promise<unknown>;
}

// taken at load, before the program can replace it
const { exit } = process;
// made now: made at the first use, they would look like the program's leak
for (const stream of [process.stdout, process.stderr]) stream.writable satisfies boolean;

const { program, watcher = '', options, answer, axis, neighbours } = readJob();
const load = async (file: string): Promise<Program> => (await import(pathToFileURL(file).href)) as Program;
const { watch } = (await import(pathToFileURL(watcher).href)) as { readonly watch: Watch };
let run: Program['run'] | undefined;
const watching = await watch({ program, options, again: async () => run && driveAgain(run) });
({ run } = await load(program));
const [before, after] = axis === 'several' ? await Promise.all(neighbours.map(load)) : [];
watching.loaded?.();
if (before) await driveNeighbour(before.run);
await drive(run);
if (after) await driveNeighbour(after.run);
const findings = await watching.findings();
writeFileSync(answer, findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
exit(0);
