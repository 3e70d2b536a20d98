import { hasParts, numberIn, textIn, type Fields } from '../../shared/record.ts';
import { joinText, splitText, toMarkdown } from '../text/markdown.ts';
import { listIn, recordIn, textsIn, understood } from './answers.ts';
import { mayNotLabel } from './may-not-label.ts';
import type { Requests } from './requests.ts';
import { commonLabel, handsOffLabel, type Change, type Draft, type Ticket, type Tracker } from './tracker.ts';

/** The issues of a project on GitLab: REST API, version 4. */
export class GitLab implements Tracker {
  readonly service = 'GitLab';
  readonly project: string;
  readonly own = toMarkdown;
  readonly #requests: Requests;
  readonly #users = new Map<string, number | undefined>();

  /** @param project its number, or its path such as `acme/shop` */
  constructor(requests: Requests, project: string) {
    this.#requests = requests;
    this.project = project;
  }

  async withLabel(labels: string): Promise<Ticket[]> {
    const tickets: Ticket[] = [];
    // pages may shift when tickets are created or changed meanwhile: the oldest come first
    const query = { labels, state: 'all', order_by: 'created_at', sort: 'asc', per_page: '100' };
    for (let page = '1'; page !== '';) {
      const { body, headers } = await this.#requests.send({
        method: 'GET',
        path: this.#issues,
        query: { ...query, page },
      });
      tickets.push(...listIn(this.service, body).map((issue) => this.#ticketOf(issue)));
      page = headers.get('x-next-page') ?? '';
    }
    return tickets;
  }

  async newest(): Promise<number> {
    const query = { order_by: 'created_at', sort: 'desc', per_page: '1', state: 'all' };
    const { body } = await this.#requests.send({ method: 'GET', path: this.#issues, query });
    const [issue] = listIn(this.service, body);
    return issue ? understood(this.service, () => numberIn(issue, 'iid')) : 0;
  }

  async read(number: number): Promise<Ticket | 'other' | undefined> {
    const path = `${this.#issues}/${number}`;
    const { status, body } = await this.#requests.send({ method: 'GET', path, allowed: [404] });
    return status === 404 ? undefined : this.#ticketOf(recordIn(this.service, body));
  }

  async refresh({ number }: Ticket): Promise<Ticket | undefined> {
    const found = await this.read(number);
    return found === 'other' ? undefined : found;
  }

  async create({ label, filled, assignees }: Draft): Promise<Ticket> {
    const assignee = await this.#userAmong(assignees);
    const issue = {
      title: filled.title,
      description: joinText(toMarkdown(filled), ''),
      labels: `${commonLabel},${label}`,
      ...(assignee !== undefined && { assignee_ids: [assignee] }),
    };
    const request = { method: 'POST', path: this.#issues, body: issue, isOnce: true } as const;
    const { body } = await this.#requests.send(request);
    const ticket = this.#ticketOf(recordIn(this.service, body));
    if (ticket.labels.includes(label)) return ticket;
    await this.change(ticket, { state: 'closed' });
    throw mayNotLabel(this.service, ticket, 'a token with the role Reporter and the scope api');
  }

  /** Returns the first owner that is a user: the free edition assigns only one. */
  async #userAmong(owners: readonly string[]): Promise<number | undefined> {
    for (const owner of owners) {
      const name = /^@([\w.-]+)$/.exec(owner)?.[1];
      if (name === undefined) continue;
      if (!this.#users.has(name)) this.#users.set(name, await this.#user(name));
      const user = this.#users.get(name);
      if (user !== undefined) return user;
    }
    return undefined;
  }

  async #user(username: string): Promise<number | undefined> {
    // a token of a project may not be allowed to ask
    const request = { method: 'GET', path: '/users', query: { username }, allowed: [401, 403, 404] } as const;
    const { status, body } = await this.#requests.send(request);
    const [user] = status === 200 ? listIn(this.service, body) : [];
    return user && understood(this.service, () => numberIn(user, 'id'));
  }

  async change(ticket: Ticket, { filled, state, labels }: Change): Promise<void> {
    const body = {
      ...(filled && { description: joinText(toMarkdown(filled), String(ticket.notes)) }),
      // asked again for a state that it has, GitLab answers as if it had changed
      ...(state && { state_event: state === 'open' ? 'reopen' : 'close' }),
      ...(labels && { add_labels: labels.add }),
      ...(labels?.remove !== undefined && { remove_labels: labels.remove }),
    };
    await this.#requests.send({ method: 'PUT', path: `${this.#issues}/${ticket.number}`, body });
  }

  #ticketOf(issue: Fields): Ticket {
    return understood(this.service, () => ticketOf(issue));
  }

  get #issues(): string {
    return `/projects/${encodeURIComponent(this.project)}/issues`;
  }
}

function ticketOf(issue: Fields): Ticket {
  const number = numberIn(issue, 'iid');
  const { own, notes } = splitText(typeof issue['description'] === 'string' ? issue['description'] : '');
  const labels = textsIn(issue['labels']);
  return {
    number,
    name: `#${number}`,
    labels,
    isOpen: issue['state'] === 'opened',
    isHandsOff: labels.includes(handsOffLabel),
    own,
    notes,
    ...(hasParts(issue, ['web_url']) && { url: textIn(issue, 'web_url') }),
    ...(hasParts(issue, ['closed_at']) && { closed: textIn(issue, 'closed_at') }),
  };
}
