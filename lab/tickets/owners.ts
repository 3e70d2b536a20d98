import { loadPolicy, PolicyError, type IgnoreRule } from '../../detector/index.ts';
import { fitsArgument } from '../../detector/internal.ts';
import type { CauseHistory } from '../history/cause-history.ts';
import { readCodeOwners } from '../history/code-owners.ts';
import { messageOf } from '../shared/error-message.ts';
import { UsageError } from '../shared/usage-error.ts';

/** Returns the owners of a cause, as they are written down. */
export type OwnersOf = (cause: CauseHistory) => readonly string[];

/**
 * Returns a function that names the owners of causes: from CODEOWNERS, else from the rule of the policy that fits, else
 * as the history has them.
 *
 * @param root the root of the repository; absolute
 * @param policy the policy file of the project, if it has one
 * @throws UsageError if the policy can't be read
 */
export async function ownersFrom(root: string, policy: string | undefined): Promise<OwnersOf> {
  const codeOwners = readCodeOwners(root);
  const rules = policy === undefined ? [] : await rulesOf(policy);
  return (cause) => {
    const owners = cause.place ? (codeOwners?.ownersOf(cause.place.path) ?? []) : [];
    if (owners.length > 0) return owners;
    const owner = rules.find((rule) => rule.owner !== undefined && fitsCause(rule, cause))?.owner;
    return [owner ?? cause.owner].filter((each) => each !== undefined);
  };
}

async function rulesOf(file: string): Promise<readonly IgnoreRule[]> {
  try {
    return (await loadPolicy(file)).rules;
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageError(error.message, 'fix these lines of the policy');
    throw new UsageError(`${file}: ${messageOf(error)}`, 'fix "policy" in leaklab.json');
  }
}

/** Reports whether a rule is about a cause; of its stack, the history knows only the line. */
function fitsCause(rule: IgnoreRule, cause: CauseHistory): boolean {
  const { kind, type, place, function: name, package: maker, facts } = cause;
  if (rule.kind !== undefined && rule.kind !== kind) return false;
  if (rule.type !== undefined && rule.type !== type) return false;
  if (rule.package !== undefined && rule.package !== maker) return false;
  if (rule.scope !== undefined && rule.scope !== scopeOf(cause)) return false;
  const frame = `${name ?? ''} (${place?.path ?? ''})`;
  const parts = [rule.topFrame, rule.anyFrame, rule.createdBy].filter((part) => part !== undefined);
  if (!parts.every((part) => frame.includes(part))) return false;
  const known: Readonly<Partial<Record<string, Parameters<typeof fitsArgument>[0]>>> = { ...facts };
  return Object.entries(rule.args ?? {}).every(([fact, wanted]) => fitsArgument(known[fact], wanted));
}

function scopeOf({ place, package: maker }: CauseHistory): IgnoreRule['scope'] {
  if (maker !== undefined) return 'third party';
  return place ? 'own code' : 'standard library';
}
