import { hasParts, isRecord, recordOf, textIn, type Fields } from '../../shared/record.ts';
import { joinNodes, splitNodes, toAdf, wordsIn, type AdfNode } from '../text/adf.ts';
import type { Filled } from '../text/template.ts';
import { listIn, recordIn, textsIn, understood } from './answers.ts';
import { Refused, Stopped, Unsure, type Requests } from './requests.ts';
import { commonLabel, handsOffLabel, type Change, type Draft, type Ticket, type Tracker } from './tracker.ts';

export interface JiraOptions {
  /** The key of the project, such as `SHOP`. */
  readonly project: string;
  /** The name of the issue type. */
  readonly type: string;
  /** Further fields of a new issue, such as required ones. */
  readonly fields: Fields;
  /** The address for people, without a slash at its end. */
  readonly url: string;
}

const wantedFields = ['labels', 'status', 'description', 'statuscategorychangedate', 'resolutiondate'];

/** The issues of a project on Jira Cloud: REST API, version 3. */
export class Jira implements Tracker {
  readonly service = 'Jira';
  readonly project: string;
  readonly #requests: Requests;
  readonly #options: JiraOptions;

  constructor(requests: Requests, options: JiraOptions) {
    this.#requests = requests;
    this.#options = options;
    this.project = options.project;
  }

  own(filled: Filled): string {
    return wordsIn(toAdf(filled));
  }

  async withLabel(label: string): Promise<Ticket[]> {
    const jql = `project = "${this.project}" AND labels = "${label}" ORDER BY created ASC`;
    const tickets: Ticket[] = [];
    let nextPageToken: string | undefined;
    do {
      const page = await this.#search(jql, 100, nextPageToken);
      tickets.push(...listIn(this.service, page['issues']).flatMap((issue) => this.#ticketOf(issue) ?? []));
      nextPageToken = hasParts(page, ['nextPageToken']) ? textIn(page, 'nextPageToken') : undefined;
    } while (nextPageToken !== undefined);
    return tickets;
  }

  async newest(): Promise<number> {
    const page = await this.#search(`project = "${this.project}" ORDER BY created DESC`, 1);
    const [issue] = listIn(this.service, page['issues']);
    return issue ? (understood(this.service, () => this.#numberOf(textIn(issue, 'key'))) ?? 0) : 0;
  }

  async #search(jql: string, maxResults: number, nextPageToken?: string): Promise<Fields> {
    const body = {
      jql,
      maxResults,
      fields: wantedFields,
      ...(nextPageToken !== undefined && { nextPageToken }),
    };
    // a search by POST only reads, so it may be repeated
    const { body: page } = await this.#requests.send({
      method: 'POST',
      path: '/rest/api/3/search/jql',
      body,
    });
    return recordIn(this.service, page);
  }

  async read(number: number): Promise<Ticket | 'other' | undefined> {
    const { status, body } = await this.#requests.send({
      method: 'GET',
      path: `/rest/api/3/issue/${this.project}-${number}`,
      query: { fields: wantedFields.join(',') },
      allowed: [404],
    });
    if (status === 404) return undefined;
    // an issue that was moved has the key of its new project
    return this.#ticketOf(recordIn(this.service, body)) ?? 'other';
  }

  async refresh({ number }: Ticket): Promise<Ticket | undefined> {
    const found = await this.read(number);
    return found === 'other' ? undefined : found;
  }

  async create({ label, filled, assignees }: Draft): Promise<Ticket> {
    // an account of Jira has no name that CODEOWNERS could hold: the settings map owners to accounts
    const account = assignees.find((owner) => !owner.includes('@'));
    const fields = {
      ...this.#options.fields,
      project: { key: this.project },
      issuetype: { name: this.#options.type },
      summary: filled.title,
      description: joinNodes(toAdf(filled), []),
      labels: [...textsIn(this.#options.fields['labels']), commonLabel, label],
    };
    const key = await this.#post(fields, account);
    const number = this.#numberOf(key);
    const ticket = number === undefined ? undefined : await this.read(number);
    if (ticket === undefined || ticket === 'other') throw new Unsure(`the new ${key} can't be read`);
    return ticket;
  }

  async #post(fields: Fields, account: string | undefined): Promise<string> {
    const send = async (all: Fields): Promise<string> => {
      const body = { fields: all };
      const request = { method: 'POST', path: '/rest/api/3/issue', body, isOnce: true } as const;
      const { body: answer } = await this.#requests.send(request);
      return understood(this.service, () => textIn(recordOf(answer), 'key'));
    };
    if (account === undefined) return send(fields);
    try {
      return await send({ ...fields, assignee: { id: account } });
    } catch (error) {
      // nothing was created: the account may not be assignable
      const isAboutAssignee =
        error instanceof Refused && JSON.stringify(error.body ?? '').includes('assignee');
      if (!isAboutAssignee) throw error;
      return send(fields);
    }
  }

  async change(ticket: Ticket, { filled, state, labels }: Change): Promise<void> {
    const notes = ticket.notes as readonly AdfNode[];
    const body = {
      ...(filled && { fields: { description: joinNodes(toAdf(filled), notes) } }),
      ...(labels && { update: { labels: labelSteps(labels) } }),
    };
    const path = `/rest/api/3/issue/${ticket.name}`;
    if (filled || labels) await this.#requests.send({ method: 'PUT', path, body });
    if (state && ticket.isOpen !== (state === 'open')) await this.#transition(ticket, state);
  }

  /** Moves an issue to the first status that its workflow offers in the wanted category. */
  async #transition(ticket: Ticket, state: 'open' | 'closed'): Promise<void> {
    const path = `/rest/api/3/issue/${ticket.name}/transitions`;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { body } = await this.#requests.send({ method: 'GET', path });
      const offered = listIn(this.service, recordIn(this.service, body)['transitions']);
      const wanted = state === 'closed' ? ['done'] : ['new', 'indeterminate'];
      const [transition] = wanted.flatMap((category) =>
        offered.filter((each) => categoryOf(each['to']) === category),
      );
      if (transition) {
        const request = {
          method: 'POST',
          path,
          body: { transition: { id: textIn(transition, 'id') } },
        } as const;
        try {
          await this.#requests.send({ ...request, isOnce: true });
          return;
        } catch (error) {
          if (!(error instanceof Unsure || error instanceof Refused)) throw error;
        }
      }
      // another run may have moved it meanwhile
      const now = await this.refresh(ticket);
      if (!now || now.isOpen === (state === 'open')) return;
      if (!transition) {
        const missing = `has no step to a status of category ${wanted.join(' or ')}`;
        throw new Refused(`the workflow of ${ticket.name} ${missing}`, 409, undefined);
      }
    }
    throw new Stopped(
      `${ticket.name} can't be moved to another status, after three tries`,
      'run it again later',
    );
  }

  #ticketOf(issue: Fields): Ticket | undefined {
    return understood(this.service, () => this.#parsed(issue));
  }

  #parsed(issue: Fields): Ticket | undefined {
    const key = textIn(issue, 'key');
    const number = this.#numberOf(key);
    if (number === undefined) return undefined;
    const fields = recordOf(issue['fields']);
    const { own, notes } = splitNodes(fields['description']);
    const labels = textsIn(fields['labels']);
    const isOpen = categoryOf(fields['status']) !== 'done';
    const closed = ['resolutiondate', 'statuscategorychangedate'].find((name) => hasParts(fields, [name]));
    return {
      number,
      name: key,
      url: `${this.#options.url}/browse/${key}`,
      labels,
      isOpen,
      isHandsOff: labels.includes(handsOffLabel),
      own,
      notes,
      ...(!isOpen && closed !== undefined && { closed: textIn(fields, closed) }),
    };
  }

  #numberOf(key: string): number | undefined {
    const [project, number] = key.split('-');
    return project === this.project ? Number(number) : undefined;
  }
}

function labelSteps({ add, remove }: NonNullable<Change['labels']>): Fields[] {
  return [{ add }, ...(remove === undefined ? [] : [{ remove }])];
}

function categoryOf(status: unknown): unknown {
  const category = isRecord(status) ? status['statusCategory'] : undefined;
  return isRecord(category) ? category['key'] : undefined;
}
