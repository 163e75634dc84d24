/**
 * Records of others as ours and back, one record at a time: no module is loaded, no file is read. `readRows` of `nextpick/files` reads the
 * files; `nextpick import` and `nextpick export` do both.
 *
 * Each function throws a NextpickError whose `path` is the foreign field where a record breaks its format. What is no mistake but has no
 * counterpart is told to `leftOut`, in words that may be counted; what has no field of ours is kept in `data`.
 */

import type { LoadReport } from '../files/index.js';
import type { Channel, Decision, Group, Interaction, Item, User } from '../index.js';

/** Is told what has no counterpart: `event "scroll"`, `an interaction without an item`, `audience`. */
export type LeftOut = (what: string) => void;

/** Where an import tells what became of a row. */
export interface ImportNotes {
  leftOut?: LeftOut;
  /** Collects the same by reason and count (`leftOut`), and what was assumed of fields: values taken for none, trimmed ids, unknown fields, … */
  report?: LoadReport;
  /** The file under which `report` counts it. Default: an empty name. */
  file?: string;
  /** The row that examples show. */
  row?: number;
  /** Minutes that a time without a zone is ahead of UTC. Default 0. */
  zone?: number;
  /** Whether fields whose names miss one of the format's by a letter are others. Default false: they are refused. */
  allowUnknown?: boolean;
}

/* ------------------------------------------------------------------------------------------------------------------ Gorse */

/** Feedback as Gorse has it. Times are ISO dates; in what is read, milliseconds will do. */
export interface GorseFeedback {
  FeedbackType: string;
  UserId: string;
  ItemId: string;
  Timestamp: string;
  Value?: number;
  Comment?: string;
}

export interface GorseUser {
  UserId: string;
  /** A list of names, or any JSON. */
  Labels: unknown;
  Subscribe?: string[];
  Comment?: string;
}

export interface GorseItem {
  ItemId: string;
  IsHidden: boolean;
  Categories: string[];
  Timestamp: string;
  /** A list of names, or any JSON. */
  Labels: unknown;
  Comment?: string;
}

/** `kinds`: which of our kinds a feedback type stands for; one that is not there stays as it is. */
export interface FromGorseOptions extends Omit<ImportNotes, 'leftOut'> {
  kinds?: Readonly<Record<string, string>>;
}

/**
 * A row of any of the three, told apart by `FeedbackType`, `ItemId`, `UserId` (also spelt `item_id`); texts are read as cells of a table. Who and
 * what without a type, a field of another sort's and a column such as `user` beside `ItemId` are refused: a sort is never guessed.
 */
export function fromGorse(row: unknown, options?: FromGorseOptions):
  | { sort: 'interactions'; record: Interaction }
  | { sort: 'items'; record: Item }
  | { sort: 'users'; record: User };
/** Feedback as an interaction. It has no id: Gorse has one feedback for each type, user and item. */
export function fromGorseFeedback(row: unknown, options?: FromGorseOptions): Interaction;
/** A list of labels becomes tags; of labels by name, `tags` become tags, texts and numbers attributes, the rest is kept in `data.Labels`. */
export function fromGorseUser(row: unknown, options?: FromGorseOptions): User;
/**
 * The first category is the item's, further ones its facet `categories`; the comment is its title. A list of labels becomes tags; of labels by
 * name, `tags` become tags, `category format source lang stage play role` those fields, other names facets; the rest is kept in `data.Labels`.
 */
export function fromGorseItem(row: unknown, options?: FromGorseOptions): Item;

/** `kinds`: under which feedback type a kind goes; default: its own name. */
export interface ToGorseOptions {
  kinds?: Readonly<Record<string, string>>;
  leftOut?: LeftOut;
}

/** `undefined` where Gorse cannot have it: feedback needs a user and an item, and ids no slash. */
export function toGorseFeedback(interaction: Interaction, options?: ToGorseOptions): GorseFeedback | undefined;
/** `undefined` for an id with a slash. */
export function toGorseUser(user: User, options?: ToGorseOptions): GorseUser | undefined;
/** `undefined` for an id with a slash. Of a category's path the first part is what Gorse filters by, the whole is a label. */
export function toGorseItem(item: Item, options?: ToGorseOptions): GorseItem | undefined;

/* ----------------------------------------------------------------------------------------------------- analytics' events */

export interface EventOptions extends ImportNotes {
  /** Their event → our kind, laid over the shipped meanings. */
  kinds?: Readonly<Record<string, string>>;
  /** Which parameter or property names the item, what it was worth, and the group. */
  fields?: { item?: string; value?: string; group?: string };
  /** Transactions and orders of the rows before, to which this row's is added: a repeated one is left out. Default: none are known. */
  transactions?: Set<string>;
}

/** What recommended events of Google Analytics 4 mean. */
export const GA4_KINDS: Readonly<Record<string, string>>;
/**
 * A row of Google Analytics 4's BigQuery export: an interaction for each of its `items`, or one in all; none where the event is nobody's kind
 * or nobody did it. Their ids are made of what tells events apart (the place in `items`; of a purchase the transaction), so that the same day read
 * twice counts once. `(not set)` and its like are no value; `event_timestamp` must be in microseconds.
 */
export function fromGa4Event(row: unknown, options?: EventOptions): Interaction[];

/** What the events of Segment's and RudderStack's specifications mean. */
export const TRACK_KINDS: Readonly<Record<string, string>>;
/**
 * A `track` call of Segment or RudderStack: an interaction for each of its `products` (a list, or the JSON text of one), or one in all; none for
 * any other call or event. The item is the first of `item_id content_id product_id promotion_id sku` that has a value, in either spelling.
 */
export function fromTrack(row: unknown, options?: EventOptions): Interaction[];

/* ----------------------------------------------------------------------------------------------------------------- tables */

/** What a table's rows may be. */
export interface TableSorts {
  interactions: Interaction;
  items: Item;
  users: User;
  groups: Group;
  channels: Channel;
}

/**
 * The function that reads rows of a table (objects by column) as our records. Texts are read as the cells of a CSV are. `number` is the row that
 * examples of the report show.
 */
export function tableReader<Sort extends keyof TableSorts = 'interactions'>(options?: {
  /** What the rows are. Default `interactions`. */
  sort?: Sort;
  /** Field → column, where a column has a name of its own: `{ user: 'openid' }`. */
  map?: Readonly<Record<string, string>>;
  /** The host's word → kind. */
  kinds?: Readonly<Record<string, string>>;
  /** The kind of all rows, where there is no column for it. */
  kind?: string;
  /** Whether numbers under times are seconds. Default false. */
  seconds?: boolean;
  /** Whether near misses of fields are fields of the host's own. Default false: they are refused. */
  allowUnknown?: boolean;
  /** Minutes that a time without a zone is ahead of UTC. Default 0. */
  zone?: number;
  /** Collects what was assumed, as of `file`. */
  report?: LoadReport;
  file?: string;
}): (row: object, number?: number) => TableSorts[Sort];

/* -------------------------------------------------------------------------------------------------------------- decisions */

/**
 * The decision of a row of a log: as `recommend` gives it, or a store's entry `{ accept }`; `undefined` for anything else.
 * @throws NextpickError for a decision that is none.
 */
export function decisionIn(row: unknown): Decision | undefined;
/** The interactions of a row of a log: itself, or those of a store's entry `{ observe }` or `{ observeAll }`. */
export function interactionsIn(row: unknown): Interaction[];

/** What came of decisions: whether a kind followed a pick. */
export class Outcomes {
  constructor(kind: string);
  /** Which kind. */
  readonly kind: string;
  /** Interactions of the kind that name no decision. */
  readonly unnamed: number;
  /** Takes note of an interaction; one of another kind says nothing. */
  add(interaction: Interaction): void;
  /** 1 if the kind came of this pick of this decision, else 0. */
  rewardOf(decision: string, item: string): 0 | 1;
  /** How many picks had an outcome, and how many outcomes nobody asked for. */
  counts(): { found: number; strange: number };
}

/**
 * A decision as Vowpal Wabbit's dsjson, one example a pick. Its probability is that of choosing it for its place given the picks before it:
 * an example's actions are the library without those, and without what the decision refused, if it says so (`explain`).
 * @throws NextpickError if a pick is not among the actions.
 */
export function toVw(
  decision: Decision,
  told: { items: readonly Item[]; rewardOf: (item: string) => number; user?: User; group?: Group },
): object[];

/** The columns of a log of the Open Bandit Dataset. */
export function obdHeader(attributes?: readonly string[]): string[];
/** The columns of its `item_context.csv`. */
export const obdItemHeader: readonly string[];
/**
 * A decision as rows of that log, one a pick: `propensity_score` is conditional on the picks before. The first cell is the decision's id.
 * @throws NextpickError if `indexOf` knows no pick.
 */
export function toObd(
  decision: Decision,
  told: { indexOf: (item: string) => number | undefined; rewardOf: (item: string) => number; record?: User | Group; attributes?: readonly string[] },
): unknown[][];
/** An item's row of `item_context.csv`. The first cell is its id. */
export function toObdItem(item: Item, index: number): unknown[];
