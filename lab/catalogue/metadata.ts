import semver from 'semver';
import { channels, observables, stages, type Pattern } from '../contract.ts';
import { UsageError } from '../shared/usage-error.ts';

const citation = /^[\w.-]+\/[\w.-]+(#\d+|@[0-9a-f]{7,40})$/;

/**
 * Checks the metadata that a module exports as `pattern`.
 *
 * @throws UsageError that names the file, the property and its value
 */
export function parsePattern(value: unknown, file: string): Pattern {
  if (typeof value !== 'object' || value === null) {
    throw new UsageError(
      `${file}: no \`pattern\` is exported`,
      'export const pattern = { … } satisfies Pattern',
    );
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const demand = (name: keyof Pattern, wanted: string, fits: (field: unknown) => boolean): void => {
    const field = fields.get(name);
    if (fits(field)) return;
    throw new UsageError(
      `${file}: \`pattern.${name}\` is ${JSON.stringify(field) ?? 'missing'}`,
      `give it ${wanted}; lab/contract.ts explains each property`,
    );
  };
  demand('title', 'one line without a full stop', (field) => isText(field) && !/[.\n]$/.test(field));
  demand('stage', `one of ${stages.join(', ')}`, oneOf(stages));
  demand('grows', `at least one of ${observables.join(', ')}`, someOf(oneOf(observables)));
  demand('leaves', 'one of retained, garbage', oneOf(['retained', 'garbage']));
  demand('seenThrough', `one of ${channels.join(', ')}`, oneOf(channels));
  demand(
    'seenIn',
    'at least one `owner/repo#12` or `owner/repo@1a2b3c4`',
    someOf((each) => isText(each) && citation.test(each)),
  );
  demand(
    'hints',
    'three hints',
    (field) => Array.isArray(field) && field.length === 3 && field.every(isText),
  );
  demand(
    'node',
    'a semver range such as `>=22`',
    (field) => isText(field) && semver.validRange(field) !== null,
  );
  return value as Pattern;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function oneOf(allowed: readonly string[]): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && allowed.includes(value);
}

function someOf(fits: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.length > 0 && value.every(fits);
}
