import { UsageError } from '../../shared/usage-error.ts';
import { siteCommand } from './site-command.ts';

try {
  process.exitCode = await siteCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`site: ${error.message}\nnext: ${error.next}\n`);
  process.exitCode = 2;
}
