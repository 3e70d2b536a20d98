import { UsageError } from '../shared/usage-error.ts';

/**
 * Returns the programs with one of these ids or families, in the catalogue's order; all if no name is given.
 *
 * @param others advice on where all names are listed, for the message
 * @throws UsageError for a name that is neither
 */
export function select<Each extends { readonly id: string; readonly family: string }>(
  programs: readonly Each[],
  names: readonly string[],
  others = 'npm run lab -- corpus lists them all',
): readonly Each[] {
  for (const name of names) {
    if (programs.some(({ id, family }) => id === name || family === name)) continue;
    const last = name.split('/').at(-1) ?? name;
    const near = programs.find(({ id }) => id.includes(last));
    throw new UsageError(
      `no program or family ${JSON.stringify(name)}`,
      near ? `did you mean ${near.id}?` : others,
    );
  }
  if (names.length === 0) return programs;
  return programs.filter(({ id, family }) => names.includes(id) || names.includes(family));
}
