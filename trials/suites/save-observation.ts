import { join } from 'node:path';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { observationsFile, readObservations, type Observation } from './observation.ts';
import { suitesPage } from './suites-page.ts';

/** Page that shows all observations. */
export const pagePath = join(projectRoot, 'docs', 'suites.md');

/** Replaces what was saved for the same suite, and writes the page. */
export function saveObservation(observation: Observation): void {
  const others = readObservations().filter(({ suite }) => suite !== observation.suite);
  const suites = [...others, observation].toSorted((a, b) => a.suite.localeCompare(b.suite));
  writeWhole(observationsFile, `${JSON.stringify({ version: 1, suites }, undefined, 2)}\n`);
  writePage();
}

export function writePage(): void {
  writeWhole(pagePath, suitesPage(readObservations()));
}
