import { relative } from 'node:path';
import { formatReport, type Report } from '../../detector/index.ts';
import type { Program } from '../catalogue/program.ts';
import { readJson } from '../shared/json-file.ts';
import { isRecord } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';

/** Reports of the programs that leak: docs/reports.json, version 1. */
export interface ReportsFile {
  readonly version: 1;
  /** `process.version` of the process that ran the programs. */
  readonly node: string;
  readonly programs: readonly ReportedProgram[];
}

export interface ReportedProgram {
  /** The path of the program, relative to the catalogue. */
  readonly path: string;
  /** The lines of the report, as printed. */
  readonly report: readonly string[];
}

/** Returns the report of a program, with paths relative to its catalogue. */
export function reported(program: Program, root: string, report: Report): ReportedProgram {
  const text = formatReport(report, { width: 100 });
  // the report names files relative to the current folder
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

/** Reads a file of reports. @throws UsageError if it is missing or has another format */
export function readReports(file: string): ReportsFile {
  const next = 'npm run pages updates it';
  const value = readJson(file, next);
  if (!isRecord(value) || value['version'] !== 1)
    throw new UsageError(`${file}: not reports of version 1`, next);
  return value as unknown as ReportsFile;
}

export function formatReports(file: ReportsFile): string {
  return `${JSON.stringify(file, null, 1)}\n`;
}
