import { UsageError } from '../../shared/usage-error.ts';
import type { Ticket } from './tracker.ts';

/**
 * Returns the error for a token that may create tickets without labels: such a ticket would not be found again, and be
 * created in each run. It has been closed.
 */
export function mayNotLabel(service: string, { name }: Ticket, wanted: string): UsageError {
  return new UsageError(
    `${service} created ${name} without its label, which this token may not set; it was closed again`,
    `use ${wanted}`,
  );
}
