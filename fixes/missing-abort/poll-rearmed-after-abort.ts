/** Mended: an answer that comes after the abort arms no timer, so the poll ends there. */
import type { Outcome } from '../../lab/contract.ts';

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
      if (signal.aborted) return; // FIX: cancelled while the request was under way
      if (grant.state === 'granted') resolve(grant.token);
      else timer = setTimeout(() => poll().catch(reject), intervalMs);
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
