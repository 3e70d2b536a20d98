import type { Filled } from '../text/template.ts';

/** The label that every ticket of leaklab has, beside that of its cause. */
export const commonLabel = 'leaklab';
/** The label of a ticket that two runs opened at the same time, and that lost. */
export const duplicateLabel = 'leaklab-duplicate';
/** The label by which people keep leaklab from changing a ticket. */
export const handsOffLabel = 'leaklab-hands-off';

/** A ticket as its tracker has it. */
export interface Ticket {
  /** Counts up in its project; 0 where tickets have no numbers. */
  readonly number: number;
  /** The name that people use, such as `#12`. */
  readonly name: string;
  readonly url?: string;
  readonly labels: readonly string[];
  readonly isOpen: boolean;
  /** The time of closing, as ISO 8601; absent while it is open, or if it is unknown. */
  readonly closed?: string;
  /** True if people decided that leaklab leaves it as it is. */
  readonly isHandsOff: boolean;
  /** The text of leaklab, in the form of {@link Tracker.own}. */
  readonly own: string;
  /** The text that people added, in the form of the tracker. */
  readonly notes: unknown;
}

/** A new ticket. */
export interface Draft {
  readonly label: string;
  readonly filled: Filled;
  /** Owners as CODEOWNERS names them, for trackers that can assign them. */
  readonly assignees: readonly string[];
}

/** A change of a ticket: all of it, or nothing. */
export interface Change {
  readonly filled?: Filled;
  readonly state?: 'open' | 'closed';
  readonly labels?: { readonly add: string; readonly remove?: string };
}

/** A service, or a folder, that keeps tickets. */
export interface Tracker {
  /** The name for messages, such as `GitHub`. */
  readonly service: string;
  /** The project, repository or folder. */
  readonly project: string;
  /** Returns the text of a ticket in a form that can be compared with that of the tracker. */
  own(filled: Filled): string;
  /** Returns all tickets with this label, as lists know them: a new ticket may be missing for a while. */
  withLabel(label: string): Promise<Ticket[]>;
  /** Returns the highest number of any ticket, as lists know it; 0 if there is none. */
  newest(): Promise<number>;
  /** Returns the ticket of this number as it is now, or `other` for something else that has the number. */
  read(number: number): Promise<Ticket | 'other' | undefined>;
  /** Returns a ticket as it is now; undefined if it is gone. */
  refresh(ticket: Ticket): Promise<Ticket | undefined>;
  /**
   * Creates a ticket.
   *
   * @throws Unsure if the ticket may be there though no answer came
   */
  create(draft: Draft): Promise<Ticket>;
  change(ticket: Ticket, change: Change): Promise<void>;
}
