import { readSettings, SettingsError, type Settings } from '../../detector/internal.ts';
import { UsageError } from '../shared/usage-error.ts';

/**
 * What the project's leaklab.json says.
 *
 * @throws UsageError if it can't be used
 */
export function projectSettings(folder = process.cwd()): Settings {
  try {
    return readSettings(folder);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(error.message, 'mend leaklab.json');
  }
}
