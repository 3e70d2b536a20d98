/**
 * A sign-in poll is cancelled while a request of it is under way, and the answer to that request starts it again.
 *
 * **What leaks** A timer that sends the next poll, and so on with every answer, until the grant is decided or the
 * process ends.
 *
 * **Why it survives** Cancelling clears the timer that is armed at that moment. While a request is under way
 * there is none, and `poll` arms the next one without a look at the signal.
 *
 * **How it shows up** The server goes on counting polls of sign-ins that were cancelled long ago, and
 * command-line tools don't exit.
 *
 * **How to fix** Look at the signal after the await, before the next timer is armed.
 *
 * **When this is not a leak** When the poll serves several callers and only one of them has left.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Poll that arms its next timer after it was cancelled',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  channel: 'loop handle',
  seenIn: ['larksuite/node-sdk#211'],
  hints: [
    'The sign-in was cancelled and its promise is rejected. What happens 30 seconds later?',
    'At which moments is there no timer that the abort could clear?',
    'Return after the await if the signal is aborted by then.',
  ],
  node: '>=22',
} satisfies Pattern;

type Grant = { readonly state: 'pending' } | { readonly state: 'granted'; readonly token: string };

interface SignIn {
  readonly signal: AbortSignal;
  readonly intervalMs: number;
  readonly askServer: () => Promise<Grant>;
}

/** Asks until the user has confirmed the sign-in on another device. */
function waitForGrant({ signal, intervalMs, askServer }: SignIn): Promise<string> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;

    async function poll(): Promise<void> {
      const grant = await askServer();
      if (grant.state === 'granted') resolve(grant.token);
      else timer = setTimeout(() => poll().catch(reject), intervalMs); // LEAK: timer
    }

    function cancel(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }

    signal.addEventListener('abort', cancel, { once: true });
    poll().catch(reject);
  });
}

export async function run(): Promise<Outcome> {
  const grants: Grant[] = [{ state: 'pending' }, { state: 'pending' }, { state: 'granted', token: 't-4711' }];
  const token = await waitForGrant({
    signal: new AbortController().signal,
    intervalMs: 1,
    askServer: async () => grants.shift() ?? { state: 'pending' },
  });

  const dialog = new AbortController();
  const cancelled = await waitForGrant({
    signal: dialog.signal,
    intervalMs: 30_000,
    async askServer() {
      // The user closes the dialog while this request is under way.
      dialog.abort('dialog closed');
      return { state: 'pending' };
    },
  }).catch((reason: unknown) => reason);
  return { token, unasked: grants.length, cancelled: String(cancelled) };
}
