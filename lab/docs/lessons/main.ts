/** Writes the table of lessons for the detector, or checks it: `main.ts [--check]`. */
import { UsageError } from '../../shared/usage-error.ts';
import { lessonsCommand, lessonsHelp } from './lessons-command.ts';

try {
  process.exitCode = await lessonsCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`lessons: ${error.message}\nnext: ${error.next}\n\n${lessonsHelp}\n`);
  process.exitCode = 2;
}
