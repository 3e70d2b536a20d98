import { relative } from 'node:path';
import { formatReport, type Report } from '../../detector/index.ts';
import type { Program } from '../catalogue/program.ts';
import { readJson } from '../shared/json-file.ts';
import { isRecord } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';

/** What the detector says of the programs that leak: docs/reports.json, version 1. */
export interface ReportsFile {
  readonly version: 1;
  /** `process.version` of the programs' process. */
  readonly node: string;
  readonly programs: readonly ReportedProgram[];
}

export interface ReportedProgram {
  /** Of the program, relative to the catalogue's root. */
  readonly path: string;
  /** The lines of the report, as a person gets them. */
  readonly report: readonly string[];
}

/** The report of one program, with paths relative to the root of its catalogue. */
export function reported(program: Program, root: string, report: Report): ReportedProgram {
  const text = formatReport(report, { width: 100 });
  // the report names files relative to where the command was given
  const here = relative(process.cwd(), root);
  return {
    path: relative(root, program.file),
    report: text
      .replaceAll(`${root}/`, '')
      .replaceAll(here === '' ? '\0' : `${here}/`, '')
      // the folder that this run made for the program's files
      .replaceAll(/\S*\/leaklab-\w{6}\/run-\w{6}\//g, '')
      // the engine's own sizes differ a little from run to run
      .replaceAll(/, \d+ bytes/g, '')
      .split('\n'),
  };
}

/** @throws UsageError if there is no such file, or if it is none of ours */
export function readReports(file: string): ReportsFile {
  const next = 'npm run pages writes it anew';
  const value = readJson(file, next);
  if (!isRecord(value) || value['version'] !== 1)
    throw new UsageError(`${file}: not reports of version 1`, next);
  return value as unknown as ReportsFile;
}

export function formatReports(file: ReportsFile): string {
  return `${JSON.stringify(file, null, 1)}\n`;
}
