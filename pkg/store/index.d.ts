/** A recommender that keeps itself: what changes something is acknowledged when it is on disk. */

import type {
  Acceptance, Channel, Config, Decision, Group, Interaction, Item, Millis, ObserveReport, PutItemsReport, PutReport, Recommender, Sent, User,
} from '../index.js';

/** One change, as it stands in the log: exactly one of these. What replays a log applies them in order. */
export type Entry =
  | { observe: Interaction }
  | { observeAll: Interaction[] }
  /** A decision that was sent, without its reasons. */
  | { accept: Sent }
  | { put: 'items'; records: Item[] }
  | { put: 'users'; records: User[] }
  | { put: 'groups'; records: Group[] }
  | { put: 'channels'; records: Channel[] }
  | { removeItems: string[] }
  | { setPersonalised: { user: string; on: boolean } }
  | { removeFacet: { user: string; facet: string; at: Millis } }
  | { blockFacet: { user: string; facet: string } }
  | { unblockFacet: { user: string; facet: string } }
  /** Stands in a log only until the log has been rewritten without that user. */
  | { forget: { user: string } }
  /** A fitted model's bytes, in base64. */
  | { useModel: string }
  /** The configuration from the first entry on, whenever it was told. */
  | { config: Config | null };

/**
 * Where a durable recommender keeps itself. Files by default; SQLite, IndexedDB and a bot framework's database are others.
 *
 * Calls do not overlap: each is made after the one before has settled, `history` excepted. After one that failed only `close` is called.
 */
export interface Store {
  /**
   * Takes hold of the store, so that no other process writes, and reads: the newest sound snapshot, and the entries since it in order
   * (without a snapshot: from the first). `notes` says, for people, what was noticed and mended.
   */
  open(): Promise<{ snapshot?: Uint8Array | undefined; entries: AsyncIterable<Entry> | Iterable<Entry>; notes: readonly string[] }>;
  /** Appends entries in order. When it resolves they are on disk; when it rejects, or never settles, any first part of them may be. */
  append(entries: readonly Entry[]): Promise<void>;
  /** Keeps a snapshot that holds all that was appended so far. Atomic: after a crash the old one or the new one is found. */
  checkpoint(snapshot: Uint8Array): Promise<void>;
  /** All entries ever kept, from the first. */
  history(): AsyncIterable<Entry> | Iterable<Entry>;
  /**
   * Rewrites the whole log through `rewrite`, in order (`undefined` drops an entry), and replaces every snapshot by this one, which holds
   * all of it. Atomic, too; when it resolves nothing of what was dropped is left.
   */
  compact(rewrite: (entry: Entry) => Entry | undefined, snapshot: Uint8Array): Promise<void>;
  /** Lets go of the store. */
  close(): Promise<void>;
}

/** What a durable recommender is opened with; all of it is optional. */
export interface DurableOptions {
  /**
   * The configuration. Another than the one kept has all of the log told anew under it, which takes as long as the log is.
   * Default: the one kept.
   */
  config?: Config | undefined;
  /** Records to put at opening, as `putItems` would. Those that stand already as given are not written again; none is taken out. */
  items?: readonly Item[] | undefined;
  /** The same for users. Who was forgotten and is still given here is known again. */
  users?: readonly User[] | undefined;
  /** The same for groups. */
  groups?: readonly Group[] | undefined;
  /** The same for channels. */
  channels?: readonly Channel[] | undefined;
  /** Decide with this model, as `useModel` would. */
  model?: Uint8Array | ArrayBuffer | ArrayBufferView | undefined;
  /** Write a snapshot after so many records (interactions, items, …), at least 1. Default 10,000. */
  checkpointEvery?: number | undefined;
}

/**
 * Opens a recommender over a store: its snapshot, what was told since, and what is given here.
 * @throws NextpickError `locked` if another process has it open, `damaged` if the log cannot be read, `store` if it cannot be written.
 */
export function openRecommender(store: Store, options?: DurableOptions): Promise<DurableRecommender>;

/** The verbs that ask. They answer at once, from memory. */
type Asks =
  | 'items' | 'users' | 'groups' | 'channels' | 'userIds' | 'groupIds' | 'item' | 'user' | 'group' | 'channel'
  | 'recommend' | 'recommendText' | 'recommendAll' | 'profile' | 'similar' | 'model' | 'config' | 'stats' | 'toSnapshot';

/**
 * A recommender over a store. Verbs that ask answer at once, from memory. Verbs that change something take effect in memory at once, in
 * the order of the calls (`forget`: when its turn has come), and resolve when they are on disk; those called together share one write. A
 * record that breaks the contract is refused before anything is written. When a write fails, every caller that waits for it is refused with
 * the code `store`, and so is every change after it: memory is then ahead of the disk, and opening again is what mends that.
 */
export interface DurableRecommender extends Pick<Recommender, Asks> {
  /** What was noticed at opening, for people: a torn tail, a snapshot that was passed over. */
  readonly notes: readonly string[];

  putItems(items: readonly Item[] | Item): Promise<PutItemsReport>;
  putUsers(users: readonly User[] | User): Promise<PutReport>;
  putGroups(groups: readonly Group[] | Group): Promise<PutReport>;
  putChannels(channels: readonly Channel[] | Channel): Promise<PutReport>;
  removeItems(ids: readonly string[] | string): Promise<number>;

  /** Remembers an interaction. False if its id is known already, which then is on disk, too. */
  observe(interaction: Interaction): Promise<boolean>;
  /** Remembers interactions, all of them or none. All are checked before any counts. */
  observeAll(interactions: readonly Interaction[]): Promise<ObserveReport>;
  /** Records that a decision is being sent. Send it when this resolves with `accepted`. */
  accept(decision: Decision | Sent): Promise<Acceptance>;

  setPersonalised(user: string, on: boolean): Promise<void>;
  removeFacet(user: string, facet: string, at: Millis): Promise<void>;
  blockFacet(user: string, facet: string): Promise<void>;
  unblockFacet(user: string, facet: string): Promise<void>;
  useModel(model: Uint8Array | ArrayBuffer | ArrayBufferView): Promise<void>;
  /**
   * Forgets a user, everywhere: when it resolves, no field of the contract has the id any more, in memory, log or snapshots. What the host
   * wrote into `data`, `context` or `attributes` cannot be known and stays. Rewrites the log: those forgotten together share one rewriting.
   * Whether anything was known.
   */
  forget(user: string): Promise<boolean>;

  /** Every change ever told, from the first, without those of users who were forgotten. A `forget` while it is read may end it with an error. */
  history(): AsyncIterable<Entry> | Iterable<Entry>;
  /** The interactions of the log, each id once: `fit({ items: rec.items(), events: await rec.interactions() })`. */
  interactions(): Promise<Interaction[]>;

  /** Writes a snapshot, so that the next opening need not read the log from the one before. */
  checkpoint(): Promise<void>;
  /** Writes what is left, a snapshot, and lets go of the store. Every later call throws `disposed`. Called twice, it does nothing. */
  close(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
