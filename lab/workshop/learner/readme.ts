/** Returns the README of a learner's folder. */
export function readmeOf(track: string, names: readonly string[]): string {
  return `# Find and fix leaks

${names.length} ${names.length === 1 ? 'program' : 'programs'} (${track}), each in its folder under exercises/. Each does its job and leaks something: a timer, a
socket, a listener, a function that waits for ever. Open the folder in your editor, and type \`npm run watch\` in a
terminal beside it.

Each exercise has two phases.

1. Find it. Which line makes what \`run\` leaks? Write \`// HERE\` at its end and save, or type
   \`npm run find -- 12\`; with several files, \`npm run find -- sell.ts:12 pay.ts:7\`. Three points, less one for each
   wrong answer and each hint.
2. Fix it. Change the program so that nothing leaks, and save. It runs under a detector, 25 times under an oracle
   that counts, and once more for each thing that may go wrong.

A fix keeps the job. \`run\` is the caller and stays as it is; what a caller sees of the job stays the same; times stay;
errors reach the caller. What the program opens, it may go on opening: it has to end it.

| command            | does                                                        |
| ------------------ | ----------------------------------------------------------- |
| \`npm run resume\`   | where you are, and what comes next                          |
| \`npm run watch\`    | checks at each save                                         |
| \`npm run check\`    | checks once                                                 |
| \`npm run find -- N\` | names the line                                              |
| \`npm run hint\`     | a hint; three in each phase, each says more than the last   |
| \`npm run next\`     | the next exercise; nothing moves on by itself               |
| \`npm run list\`     | all exercises                                               |
| \`npm run solution\` | one way to fix it, when yours has passed                   |
| \`npm run reset\`    | puts it back as it was; asks first, and keeps a copy        |

\`npm run next -- 4\` goes to any exercise. How far you are stands in workshop.txt. Types come from leaklab.d.ts and from
node_modules; nothing has to be installed. Your program runs in a separate process, with limits on time and memory, and may
write only in the folder that \`lab.scratch\` names.
`;
}
