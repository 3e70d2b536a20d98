import { readSettings, SettingsError, type Settings } from '../../detector/internal.ts';
import { UsageError } from '../shared/usage-error.ts';

/**
 * Reads the project's leaklab.json.
 *
 * @throws UsageError if the file can't be used
 */
export function projectSettings(folder = process.cwd()): Settings {
  try {
    return readSettings(folder);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(error.message, 'fix leaklab.json');
  }
}
