/**
 * Tried: the error of the audit is caught, inspected and thrown again.
 *
 * **Still leaks because** a `catch` that does not unlock leaves the account as locked as before.
 */
import type { Outcome } from '../../lab/contract.ts';

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
  await audit(account, amount).catch((error: Error) => {
    throw error; // TRIED: the error is handled here
  });
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
