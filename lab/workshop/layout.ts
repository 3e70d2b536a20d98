/** Names in a learner's folder, in one place. */

/** How far the learner is; also what says that a folder is a workshop's. */
export const stateFile = 'workshop.txt';
/** The types of the lab. */
export const typesFile = 'leaklab.d.ts';
/** The types as seen from an exercise's folder. */
export const relativeTypes = `../../${typesFile}`;
/** Holds a folder for each exercise. */
export const exercisesFolder = 'exercises';
/** The file of an exercise that is run. */
export const mainFile = 'program.ts';
/** What a learner had before a reset. */
export const copiesFolder = 'copies';
/** The detector's report that an exercise of the detective begins with. */
export const reportFile = 'report.txt';
