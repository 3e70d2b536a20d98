import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { families, type Family, type Pattern, type Role } from '../contract.ts';
import { messageOf } from '../shared/error-message.ts';
import { UsageError } from '../shared/usage-error.ts';
import { assertNoDrift } from './drift.ts';
import { parseMarkers, type Markers } from './markers.ts';
import { parsePattern } from './metadata.ts';
import type { Catalogue, Program } from './program.ts';
import { readSources, type Source } from './sources.ts';
import { parseStory, type Story } from './story.ts';

export type { Catalogue, Program } from './program.ts';

/** Export of a program; a file without one is a sibling that programs import, such as wait-group.ts. */
const programExport = /^(?:\/\*\*.*\*\/)?export (?:async function|const) (?:run|pattern)\b/m;

/**
 * Reads and checks the whole catalogue.
 *
 * @param folder the folder that holds patterns/, fixes/ and docs/sources.json
 * @throws UsageError for the first thing that breaks the contract: an unknown family, a pattern without a
 *   fix or a fix without a pattern, a marker or metadata that can't be read, a citation that is not on the
 *   list of sources, a fix that drifted from its pattern
 */
export async function readCatalogue(folder: string): Promise<Catalogue> {
  // findings name the real path, also of a program behind a link
  const root = existsSync(folder) ? realpathSync(folder) : folder;
  const sources = readSources(root);
  const programs: Program[] = [];
  const patterns = new Map<string, Pattern>();
  for (const { family, name, file } of filesIn(root, 'patterns')) {
    if (!programExport.test(readFileSync(file, 'utf8'))) continue;
    const id = `${family}/${name}`;
    const pattern = await readPattern(file, root);
    checkCitations(pattern, sources, relative(root, file));
    const markers = markersOf(file, root);
    if (markers.leaks.length === 0) {
      throw new UsageError(
        `${relative(root, file)}: a pattern without a marker`,
        'mark the line that leaks: `// LEAK: <kind>`',
      );
    }
    const story = storyOf(file, 'pattern', root);
    patterns.set(id, pattern);
    programs.push({ id, family, role: 'pattern', file, markers, story, pattern });
  }
  const fixed = new Set<string>();
  for (const { family, name, file } of filesIn(root, 'fixes')) {
    const [base = name, ...rest] = name.split('.');
    const id = `${family}/${base}`;
    const pattern = patterns.get(id);
    const role = roleOf(rest.join('.'), relative(root, file));
    const shown = relative(root, file);
    if (role !== 'decoy' && !pattern) {
      throw new UsageError(
        `${shown}: no pattern ${id} to fix`,
        `write patterns/${id}.ts, or name the file after its pattern`,
      );
    }
    const markers = markersOf(file, root);
    if (role !== 'wrong-fix' && markers.leaks.length > 0) {
      throw new UsageError(
        `${shown}: a ${role} has a marker`,
        'remove the marker; only patterns and wrong fixes leak',
      );
    }
    if (role === 'wrong-fix' && markers.leaks.length === 0) {
      throw new UsageError(
        `${shown}: a wrong-fix without a marker`,
        'mark the line that still leaks: `// LEAK: <kind>`',
      );
    }
    const story = storyOf(file, role, root);
    if (role === 'fix') fixed.add(id);
    if (role !== 'decoy') assertNoDrift(join(root, 'patterns', `${id}.ts`), file, role);
    programs.push({ id, family, role, file, markers, story, ...(pattern && { pattern }) });
  }
  for (const id of patterns.keys()) {
    if (!fixed.has(id))
      throw new UsageError(`patterns/${id}.ts: no fix`, `write fixes/${id}.ts, the same program fixed`);
  }
  return { root, programs, sources };
}

interface Entry {
  readonly family: Family;
  readonly name: string;
  readonly file: string;
}

function filesIn(root: string, folder: string): Entry[] {
  const entries: Entry[] = [];
  for (const name of sortedEntries(join(root, folder), `${folder}/ is missing`)) {
    const family = families.find((each) => each === name);
    if (!family) {
      throw new UsageError(
        `${folder}/${name}: unknown family ${JSON.stringify(name)}`,
        `the families are ${families.join(', ')}`,
      );
    }
    const inside = join(root, folder, family);
    if (!statSync(inside).isDirectory())
      throw new UsageError(
        `${folder}/${name}: not a folder`,
        `programs stand in ${folder}/<family>/<name>.ts`,
      );
    for (const each of sortedEntries(inside, '')) {
      if (!each.endsWith('.ts'))
        throw new UsageError(
          `${folder}/${family}/${each}: no program`,
          'programs end in .ts; move other files elsewhere',
        );
      entries.push({ family, name: each.slice(0, -3), file: join(inside, each) });
    }
  }
  return entries;
}

function sortedEntries(folder: string, problem: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    throw new UsageError(
      problem === '' ? `${folder} can't be read` : problem,
      'run this in a clone of the repository',
    );
  }
}

function roleOf(suffix: string, shown: string): Exclude<Role, 'pattern'> {
  if (suffix === '') return 'fix';
  if (suffix === 'decoy') return 'decoy';
  if (/^wrong-[a-z0-9-]+$/.test(suffix)) return 'wrong-fix';
  throw new UsageError(
    `${shown}: unknown role ${JSON.stringify(suffix)}`,
    'name it <name>.ts, <name>.decoy.ts or <name>.wrong-<how>.ts',
  );
}

function markersOf(file: string, root: string): Markers {
  return parseMarkers(readFileSync(file, 'utf8'), relative(root, file));
}

function storyOf(file: string, role: Role, root: string): Story {
  return parseStory(readFileSync(file, 'utf8'), role, relative(root, file));
}

async function readPattern(file: string, root: string): Promise<Pattern> {
  const shown = relative(root, file);
  // else a process.exit(0) at the top level would pass as a run that holds
  const refuseEnd = (): void => {
    process.stderr.write(`leaklab: ${shown}: the program ended the process while it was loaded\n`);
    process.stderr.write('next: move its code into `run`\n');
    process.exitCode = 2;
  };
  process.once('exit', refuseEnd);
  let module: object;
  try {
    module = (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    throw new UsageError(`${shown}: can't be loaded: ${messageOf(error)}`, `node ${shown} shows where`);
  } finally {
    process.off('exit', refuseEnd);
  }
  if (!('run' in module) || typeof module.run !== 'function') {
    throw new UsageError(
      `${shown}: no \`run\` is exported`,
      'export async function run(lab: Lab): Promise<Outcome>',
    );
  }
  return parsePattern('pattern' in module ? module.pattern : undefined, shown);
}

function checkCitations(pattern: Pattern, sources: ReadonlyMap<string, Source>, shown: string): void {
  for (const ref of pattern.seenIn) {
    if (!sources.has(ref)) {
      throw new UsageError(
        `${shown}: cites ${ref}, which is not in docs/sources.json`,
        'open the report, then add its ref, title and url there',
      );
    }
  }
}
