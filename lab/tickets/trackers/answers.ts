import { messageOf } from '../../shared/error-message.ts';
import { isRecord, recordOf, show, type Fields } from '../../shared/record.ts';
import { UsageError } from '../../shared/usage-error.ts';

/**
 * Returns the list in an answer. Anything else must not pass for an empty list: then each cause would get a ticket.
 *
 * @throws UsageError if the answer is none
 */
export function listIn(service: string, body: unknown): Fields[] {
  return understood(service, () => {
    if (Array.isArray(body) && body.every(isRecord)) return body;
    throw new Error(`expected a list, got ${show(body).slice(0, 80)}`);
  });
}

/** Returns the object in an answer. @throws UsageError if the answer is none */
export function recordIn(service: string, body: unknown): Fields {
  return understood(service, () => recordOf(body));
}

/** Reads an answer. @throws UsageError if it is not as the service's own documents say */
export function understood<Value>(service: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new UsageError(
      `${service} answered, but not as its API does: ${messageOf(error)}`,
      'check --url: it is the address of the API',
    );
  }
}

/** Returns the texts of a list; none if the value is no list. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
