import { join } from 'node:path';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { observationsFile, readObservations, type Observation } from './observation.ts';
import { suitesPage } from './suites-page.ts';

/** The page that is written from all observations. */
export const pagePath = join(projectRoot, 'docs', 'suites.md');

/** In place of what was saved of the same suite; then the page is written. */
export function saveObservation(observation: Observation): void {
  const others = readObservations().filter(({ suite }) => suite !== observation.suite);
  const suites = [...others, observation].toSorted((a, b) => a.suite.localeCompare(b.suite));
  writeWhole(observationsFile, `${JSON.stringify({ version: 1, suites }, undefined, 2)}\n`);
  writePage();
}

export function writePage(): void {
  writeWhole(pagePath, suitesPage(readObservations()));
}
