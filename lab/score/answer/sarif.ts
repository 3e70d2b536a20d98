import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../shared/error-message.ts';
import { AnswerError, type Finding } from './answer.ts';

/** The parts of a SARIF 2.1.0 log that are read; others are ignored. */
interface Log {
  readonly runs?: readonly {
    readonly originalUriBaseIds?: Readonly<Record<string, { readonly uri?: string }>>;
    readonly results?: readonly Result[];
  }[];
}

interface Result {
  readonly ruleId?: string;
  readonly rule?: { readonly id?: string };
  readonly kind?: string;
  readonly suppressions?: readonly unknown[];
  readonly occurrenceCount?: number;
  readonly locations?: readonly {
    readonly physicalLocation?: {
      readonly artifactLocation?: { readonly uri?: string; readonly uriBaseId?: string };
      readonly region?: { readonly startLine?: number };
    };
  }[];
}

/**
 * Reads a SARIF log: a result that is neither a pass nor suppressed is a finding, with its rule as the type.
 *
 * @param root base of relative addresses, if the log names none
 * @throws AnswerError if it is no SARIF log
 */
export function parseSarif(text: string, root: string): readonly Finding[] {
  let log: unknown;
  try {
    log = JSON.parse(text);
  } catch (error) {
    throw new AnswerError(`no SARIF: ${messageOf(error)}`);
  }
  if (!isLog(log)) throw new AnswerError('no SARIF: expected an object with a list `runs`');
  return (log.runs ?? []).flatMap((run) =>
    (run.results ?? [])
      .filter(({ kind = 'fail', suppressions = [] }) => kind === 'fail' && suppressions.length === 0)
      .map((result): Finding => {
        const place = result.locations?.[0]?.physicalLocation;
        const { uri, uriBaseId = '' } = place?.artifactLocation ?? {};
        const base = run.originalUriBaseIds?.[uriBaseId]?.uri;
        const line = place?.region?.startLine;
        const type = result.ruleId ?? result.rule?.id;
        return {
          ...(type !== undefined && { type }),
          ...(uri !== undefined && { file: pathOf(uri, base === undefined ? root : pathOf(base, root)) }),
          ...(uri !== undefined && line !== undefined && { line }),
          ...(result.occurrenceCount !== undefined && { count: result.occurrenceCount }),
        };
      }),
  );
}

function isLog(value: unknown): value is Log {
  return typeof value === 'object' && value !== null && 'runs' in value && Array.isArray(value.runs);
}

function pathOf(uri: string, root: string): string {
  if (uri.startsWith('file:')) return fileURLToPath(uri);
  const path = decodeURIComponent(uri);
  return isAbsolute(path) ? path : join(root, path);
}
