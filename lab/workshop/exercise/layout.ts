/** Names in a learner's folder. */

/** The learner's progress; its presence marks a workshop's folder. */
export const stateFile = 'workshop.txt';
/** The types of the lab. */
export const typesFile = 'leaklab.d.ts';
/** The path of the types from an exercise's folder. */
export const relativeTypes = `../../${typesFile}`;
/** The folder of all exercises. */
export const exercisesFolder = 'exercises';
/** The file of an exercise that is run. */
export const mainFile = 'program.ts';
/** Copies of the learner's files before each reset. */
export const copiesFolder = 'copies';
/** The report that an exercise of the detective track begins with. */
export const reportFile = 'report.txt';
