/**
 * A bank locks an account for each withdrawal, and a withdrawal that the auditor refuses keeps the lock.
 *
 * **What leaks** The lock of the account, and every later withdrawal from it, suspended in `lock`.
 *
 * **Why it survives** `unlock()` is the last line of the critical section, so a rejection in the middle
 * skips it. The module's map still lists the account as locked and holds the queue of waiting withdrawals.
 *
 * **How it shows up** One refused withdrawal, then silence: each later request for that
 * account hangs until the client gives up, while requests for other accounts are served.
 *
 * **How to fix** Put the critical section in `try` and the release in `finally`, or wrap both in a
 * `withLock`.
 *
 * **When this is not a leak** If nothing in the critical section can throw or reject, the last line is always
 * reached.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Mutex left locked by an exception',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'retained',
  seenThrough: 'promise',
  seenIn: ['MetaMask/core#195'],
  hints: [
    'Withdraw from the account again after the auditor has refused.',
    'What calls `unlock` when the auditor rejects?',
    'The rejection leaves `withdraw` before its last line; the release belongs in a `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Account {
  readonly owner: string;
  balance: number;
}

/** Withdrawals waiting for each account, in order of arrival; an account without an entry is free. */
const queues = new Map<Account, (() => void)[]>();

async function lock(account: Account): Promise<() => void> {
  const queue = queues.get(account);
  if (queue) {
    await new Promise<void>((resolve) => queue.push(resolve)); // LEAK: await
  } else {
    queues.set(account, []);
  }
  return () => {
    const next = queues.get(account)?.shift();
    if (next) next();
    else queues.delete(account);
  };
}

const audit = async (account: Account, amount: number): Promise<void> => {
  if (amount > account.balance) throw new RangeError(`${account.owner} has only ${account.balance}`);
};

const withdraw = async (account: Account, amount: number): Promise<number> => {
  const unlock = await lock(account);
  await audit(account, amount);
  account.balance -= amount;
  unlock();
  return account.balance;
};

const pay = async (account: Account, bills: readonly number[]): Promise<void> => {
  for (const bill of bills) await withdraw(account, bill);
};

export async function run(): Promise<Outcome> {
  const account: Account = { owner: 'Noether', balance: 100 };
  await Promise.all([pay(account, [10, 15]), pay(account, [5])]);
  const refused = await withdraw(account, 500).catch((error: Error) => error.message);
  const { balance } = account;
  void pay(account, [20, 20]);
  return { balance, refused };
}
