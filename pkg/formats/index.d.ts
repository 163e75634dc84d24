/**
 * Converts foreign records to nextpick's and back, one record at a time, without a module or a file. `readRows` of
 * `nextpick/files` reads files; `nextpick import` and `nextpick export` do both.
 *
 * If a record violates its format, a function throws a NextpickError whose `path` is the foreign field. Valid data
 * without a counterpart is reported to `leftOut`, in words that can be counted; data without a field of ours is kept in
 * `data`.
 */

import type { LoadReport } from '../files/index.js';
import type { Channel, Decision, Group, Interaction, Item, User } from '../index.js';

/**
 * Receives a description of data without a counterpart: `event "scroll"`, `an interaction without an item`, `audience`.
 */
export type LeftOut = (data: string) => void;

/** Receivers of an import's notes, and its settings. */
export interface ImportNotes {
  leftOut?: LeftOut;
  /**
   * Collects the same by reason and count (`leftOut`), and assumptions about fields: values read as missing, trimmed
   * ids, unknown fields, …
   */
  report?: LoadReport;
  /** File name for `report`. Default: empty. */
  file?: string;
  /** Row number shown in examples. */
  row?: number;
  /** Offset of times without a zone, in minutes east of UTC. Default 0. */
  zone?: number;
  /** True to accept fields whose names differ from one of the format's by a letter. Default false: they are refused. */
  allowUnknown?: boolean;
}

/* ------------------------------------------------------------------------------------------------------------------ Gorse */

/** Feedback in Gorse's format. Times are ISO dates; milliseconds are accepted when reading. */
export interface GorseFeedback {
  FeedbackType: string;
  UserId: string;
  ItemId: string;
  Timestamp: string;
  Value?: number;
  Comment?: string;
}

/** User in Gorse's format. */
export interface GorseUser {
  UserId: string;
  /** A list of names, or any JSON. */
  Labels: unknown;
  Subscribe?: string[];
  Comment?: string;
}

/** Item in Gorse's format. */
export interface GorseItem {
  ItemId: string;
  IsHidden: boolean;
  Categories: string[];
  Timestamp: string;
  /** A list of names, or any JSON. */
  Labels: unknown;
  Comment?: string;
}

/** `kinds`: our kind by feedback type; missing types keep their names. */
export interface FromGorseOptions extends Omit<ImportNotes, 'leftOut'> {
  kinds?: Readonly<Record<string, string>>;
}

/**
 * Converts a row of any of the three record types, distinguished by `FeedbackType`, `ItemId`, `UserId` (also spelt
 * `item_id`); texts are read as table cells. Rows with a user and an item but no type, fields of another record type,
 * and columns such as `user` together with `ItemId` are refused: the type is never guessed.
 * @example
 * const { sort, record } = fromGorse({ FeedbackType: 'like', UserId: 'u1', ItemId: 'tea', Timestamp: '2026-03-31T12:00:00Z' });
 */
export function fromGorse(row: unknown, options?: FromGorseOptions):
  | { sort: 'interactions'; record: Interaction }
  | { sort: 'items'; record: Item }
  | { sort: 'users'; record: User };
/**
 * Converts feedback to an interaction. It has no id: Gorse has one feedback per type, user and item.
 * @example
 * rec.observe(fromGorseFeedback({ FeedbackType: 'like', UserId: 'u1', ItemId: 'tea', Timestamp: '2026-03-31T12:00:00Z' }));
 */
export function fromGorseFeedback(row: unknown, options?: FromGorseOptions): Interaction;
/**
 * Converts a user. A list of labels becomes tags; of named labels, `tags` become tags, texts and numbers attributes;
 * the rest is kept in `data.Labels`.
 * @example
 * rec.putUsers(fromGorseUser({ UserId: 'u1', Labels: ['vip'] }));
 */
export function fromGorseUser(row: unknown, options?: FromGorseOptions): User;
/**
 * Converts an item. The first category becomes the item's, further ones its facet `categories`; the comment becomes its
 * title. A list of labels becomes tags; of named labels, `tags` become tags, `category format source lang stage play
 * role` those fields, other names facets; the rest is kept in `data.Labels`.
 * @example
 * rec.putItems(fromGorseItem({ ItemId: 'tea', Categories: ['drinks'], Labels: ['green'] }));
 */
export function fromGorseItem(row: unknown, options?: FromGorseOptions): Item;

/** `kinds`: feedback type by our kind. Default: the kind's name. */
export interface ToGorseOptions {
  kinds?: Readonly<Record<string, string>>;
  leftOut?: LeftOut;
}

/**
 * Converts an interaction; `undefined` if Gorse cannot represent it: feedback needs a user and an item, and ids without
 * a slash.
 * @example
 * const rows = interactions.flatMap((interaction) => toGorseFeedback(interaction) ?? []);
 */
export function toGorseFeedback(interaction: Interaction, options?: ToGorseOptions): GorseFeedback | undefined;
/**
 * Converts a user; `undefined` for an id with a slash.
 * @example
 * const rows = rec.users().flatMap((user) => toGorseUser(user) ?? []);
 */
export function toGorseUser(user: User, options?: ToGorseOptions): GorseUser | undefined;
/**
 * Converts an item; `undefined` for an id with a slash. Gorse filters by the first part of a category path; the whole
 * path becomes a label.
 * @example
 * const rows = rec.items().flatMap((item) => toGorseItem(item) ?? []);
 */
export function toGorseItem(item: Item, options?: ToGorseOptions): GorseItem | undefined;

/* ----------------------------------------------------------------------------------------------------- analytics' events */

export interface EventOptions extends ImportNotes {
  /** Our kind by event name, merged over the shipped meanings. */
  kinds?: Readonly<Record<string, string>>;
  /** Names of the parameters or properties with the item, the value, and the group. */
  fields?: { item?: string; value?: string; group?: string };
  /**
   * Transactions and orders of earlier rows, to which this row's is added: a repeated one is left out. Default: none.
   */
  transactions?: Set<string>;
}

/** Kinds of Google Analytics 4's recommended events. */
export const GA4_KINDS: Readonly<Record<string, string>>;
/**
 * Converts a row of Google Analytics 4's BigQuery export: one interaction per entry of `items`, or a single one; none
 * if the event has no kind or no user. Ids are derived from the fields that distinguish events (the index in `items`;
 * for a purchase the transaction), so that a day imported twice counts once. `(not set)` and the like are read as
 * missing; `event_timestamp` must be in microseconds.
 * @example
 * rec.observeAll(fromGa4Event(row, { kinds: { page_view: 'impression' } }));
 */
export function fromGa4Event(row: unknown, options?: EventOptions): Interaction[];

/** Kinds of the events in Segment's and RudderStack's specifications. */
export const TRACK_KINDS: Readonly<Record<string, string>>;
/**
 * Converts a `track` call of Segment or RudderStack: one interaction per entry of `products` (a list, or its JSON
 * text), or a single one; none for other calls or events. The item is the first of `item_id content_id product_id
 * promotion_id sku` with a value, in either spelling.
 * @example
 * rec.observeAll(fromTrack({ type: 'track', event: 'Product Clicked', userId: 'u1', timestamp: '2026-03-31T12:00:00Z', properties: { product_id: 'tea' } }));
 */
export function fromTrack(row: unknown, options?: EventOptions): Interaction[];

/* ----------------------------------------------------------------------------------------------------------------- tables */

/** Record types of a table. */
export interface TableSorts {
  interactions: Interaction;
  items: Item;
  users: User;
  groups: Group;
  channels: Channel;
}

/**
 * Makes a function that converts rows of a table (objects by column) to records. Texts are read as CSV cells. `number`
 * is the row number shown in the report's examples.
 * @example
 * const read = tableReader({ map: { user: 'openid' }, kinds: { 点击: 'click' } });
 * rec.observe(read({ openid: 'u1', item: 'tea', kind: '点击', at: '2026-03-31T12:00:00Z' }));
 */
export function tableReader<Sort extends keyof TableSorts = 'interactions'>(options?: {
  /** Record type of the rows. Default `interactions`. */
  sort?: Sort;
  /** Column by field, for columns with other names: `{ user: 'openid' }`. */
  map?: Readonly<Record<string, string>>;
  /** Kind by the host's word. */
  kinds?: Readonly<Record<string, string>>;
  /** Kind of all rows, if there is no column for it. */
  kind?: string;
  /** True if numbers in time fields are seconds. Default false. */
  seconds?: boolean;
  /** True to treat near misses of field names as the host's own fields. Default false: they are refused. */
  allowUnknown?: boolean;
  /** Offset of times without a zone, in minutes east of UTC. Default 0. */
  zone?: number;
  /** Collects assumptions, under `file`. */
  report?: LoadReport;
  file?: string;
}): (row: object, number?: number) => TableSorts[Sort];

/* -------------------------------------------------------------------------------------------------------------- decisions */

/**
 * Returns the decision in a row of a log: the row itself, or that of a store's entry `{ accept }`; `undefined` for
 * anything else.
 * @example
 * for await (const entry of durable.history()) console.log(decisionIn(entry)?.id);
 * @throws NextpickError for an invalid decision.
 */
export function decisionIn(row: unknown): Decision | undefined;
/**
 * Returns the interactions in a row of a log: the row itself, or those of a store's entry `{ observe }` or `{
 * observeAll }`.
 * @example
 * for await (const entry of durable.history()) rec.observeAll(interactionsIn(entry));
 */
export function interactionsIn(row: unknown): Interaction[];

/** Outcomes of one kind, by decision and pick. */
export class Outcomes {
  /** Makes an empty log of outcomes of one kind. */
  constructor(kind: string);
  /** Kind of the outcome. */
  readonly kind: string;
  /** Number of interactions of the kind without a decision. */
  readonly unnamed: number;
  /** Adds an interaction; other kinds are ignored. */
  add(interaction: Interaction): void;
  /** Returns 1 if the kind followed this pick of this decision, else 0. */
  rewardOf(decision: string, item: string): 0 | 1;
  /** Returns the number of picks with an outcome, and the number of outcomes that were never queried. */
  counts(): { found: number; strange: number };
}

/**
 * Converts a decision to Vowpal Wabbit's dsjson, one example per pick. Its probability is conditional on the picks
 * before it: the actions of an example are the library without those, and without the items the decision refused, if
 * listed (`explain`).
 * @example
 * const lines = toVw(decision, { items, rewardOf: (item) => Number(item === 'tea') }).map((line) => JSON.stringify(line));
 * @throws NextpickError if a pick is not among the actions.
 */
export function toVw(
  decision: Decision,
  context: { items: readonly Item[]; rewardOf: (item: string) => number; user?: User; group?: Group },
): object[];

/**
 * Returns the column names of an Open Bandit Dataset log.
 * @example
 * console.log(csvLine(obdHeader(['region'])));
 */
export function obdHeader(attributes?: readonly string[]): string[];
/** Column names of its `item_context.csv`. */
export const obdItemHeader: readonly string[];
/**
 * Converts a decision to rows of that log, one per pick: `propensity_score` is conditional on the picks before. The
 * first cell is the decision's id.
 * @example
 * const ids = items.map(({ id }) => id);
 * const rows = toObd(decision, { indexOf: (item) => ids.indexOf(item), rewardOf: () => 0 });
 * @throws NextpickError if `indexOf` does not know a pick.
 */
export function toObd(
  decision: Decision,
  context: { indexOf: (item: string) => number | undefined; rewardOf: (item: string) => number; record?: User | Group; attributes?: readonly string[] },
): unknown[][];
/**
 * Returns an item's row of `item_context.csv`. The first cell is its id.
 * @example
 * const rows = items.map(toObdItem);
 */
export function toObdItem(item: Item, index: number): unknown[];
