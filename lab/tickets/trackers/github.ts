import { hasParts, isRecord, numberIn, textIn, type Fields } from '../../shared/record.ts';
import { joinText, splitText, toMarkdown } from '../text/markdown.ts';
import { listIn, recordIn, understood } from './answers.ts';
import { mayNotLabel } from './may-not-label.ts';
import { Refused, type Requests } from './requests.ts';
import { commonLabel, handsOffLabel, type Change, type Draft, type Ticket, type Tracker } from './tracker.ts';

/** The issues of a repository on GitHub: REST API, version 2022-11-28. */
export class GitHub implements Tracker {
  readonly service = 'GitHub';
  readonly project: string;
  readonly own = toMarkdown;
  readonly #requests: Requests;

  /** @param project such as `acme/shop` */
  constructor(requests: Requests, project: string) {
    this.#requests = requests;
    this.project = project;
  }

  async withLabel(labels: string): Promise<Ticket[]> {
    const tickets: Ticket[] = [];
    let path: string | undefined = this.#issues;
    let query: Record<string, string> = { labels, state: 'all', per_page: '100' };
    while (path !== undefined) {
      const { body, headers } = await this.#requests.send({ method: 'GET', path, query });
      for (const issue of listIn(this.service, body))
        if (!isRecord(issue['pull_request'])) tickets.push(this.#ticketOf(issue));
      path = /<([^>]+)>\s*;[^,]*\brel="next"/.exec(headers.get('link') ?? '')?.[1];
      query = {};
    }
    return tickets;
  }

  async newest(): Promise<number> {
    const query = { state: 'all', sort: 'created', direction: 'desc', per_page: '1' };
    const { body } = await this.#requests.send({ method: 'GET', path: this.#issues, query });
    const [issue] = listIn(this.service, body);
    return issue ? understood(this.service, () => numberIn(issue, 'number')) : 0;
  }

  async read(number: number): Promise<Ticket | 'other' | undefined> {
    const path = `${this.#issues}/${number}`;
    // 301 is an issue that was moved to another repository, 410 one that was deleted
    const { status, body } = await this.#requests.send({ method: 'GET', path, allowed: [301, 404, 410] });
    if (status === 404) return undefined;
    if (status !== 200) return 'other';
    const issue = recordIn(this.service, body);
    return isRecord(issue['pull_request']) ? 'other' : this.#ticketOf(issue);
  }

  async refresh({ number }: Ticket): Promise<Ticket | undefined> {
    const found = await this.read(number);
    return found === 'other' ? undefined : found;
  }

  async create({ label, filled, assignees }: Draft): Promise<Ticket> {
    const issue = {
      title: filled.title,
      body: joinText(toMarkdown(filled), ''),
      labels: [commonLabel, label],
    };
    const logins = assignees.flatMap((owner) => /^@([\w-]+)$/.exec(owner)?.[1] ?? []).slice(0, 10);
    const ticket = this.#ticketOf(recordIn(this.service, await this.#post(issue, logins)));
    if (ticket.labels.includes(label)) return ticket;
    await this.change(ticket, { state: 'closed' });
    throw mayNotLabel(this.service, ticket, 'a token with write access to issues');
  }

  async #post(issue: Fields, assignees: readonly string[]): Promise<unknown> {
    const send = async (body: Fields): Promise<unknown> => {
      const request = { method: 'POST', path: this.#issues, body, isOnce: true } as const;
      return (await this.#requests.send(request)).body;
    };
    try {
      return await send({ ...issue, ...(assignees.length > 0 && { assignees }) });
    } catch (error) {
      // nothing was created: an owner may be no member of the repository
      if (assignees.length === 0 || !(error instanceof Refused) || error.status !== 422) throw error;
      return send(issue);
    }
  }

  async change(ticket: Ticket, { filled, state, labels }: Change): Promise<void> {
    const body = {
      ...(filled && { body: joinText(toMarkdown(filled), String(ticket.notes)) }),
      ...(state && { state, state_reason: state === 'open' ? 'reopened' : reasonOf(labels) }),
      ...(labels && { labels: [...ticket.labels.filter((each) => each !== labels.remove), labels.add] }),
    };
    await this.#requests.send({ method: 'PATCH', path: `${this.#issues}/${ticket.number}`, body });
  }

  #ticketOf(issue: Fields): Ticket {
    return understood(this.service, () => ticketOf(issue));
  }

  get #issues(): string {
    return `/repos/${this.project}/issues`;
  }
}

function reasonOf(labels: Change['labels']): string {
  return labels ? 'not_planned' : 'completed';
}

function ticketOf(issue: Fields): Ticket {
  const number = numberIn(issue, 'number');
  const { own, notes } = splitText(typeof issue['body'] === 'string' ? issue['body'] : '');
  const { labels: all } = issue;
  const labels = Array.isArray(all) ? all.filter(isRecord).map((label) => textIn(label, 'name')) : [];
  const isOpen = issue['state'] === 'open';
  return {
    number,
    name: `#${number}`,
    labels,
    isOpen,
    isHandsOff:
      labels.includes(handsOffLabel) ||
      (!isOpen && ['not_planned', 'duplicate'].includes(String(issue['state_reason']))),
    own,
    notes,
    ...(hasParts(issue, ['html_url']) && { url: textIn(issue, 'html_url') }),
    ...(hasParts(issue, ['closed_at']) && { closed: textIn(issue, 'closed_at') }),
  };
}
