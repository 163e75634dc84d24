/** A recommender that keeps itself: what changes something is acknowledged when it is on disk. */

import type {
  Acceptance, ChangeOptions, Channel, Config, Decision, Group, Interaction, Item, Millis, ObserveReport, PutItemsReport, PutReport, Recommender, Sent, User,
} from '../index.js';

/** One change, as it stands in the log: exactly one of these. What replays a log applies them in order. */
export type Entry =
  /** `now` is the trusted time at which it was told, where the host gave one. */
  | { observe: Interaction; now?: Millis }
  | { observeAll: Interaction[]; now?: Millis }
  /** A decision that was sent, without its reasons. */
  | { accept: Sent; now?: Millis }
  | { put: 'items'; records: Item[] }
  | { put: 'users'; records: User[] }
  | { put: 'groups'; records: Group[] }
  | { put: 'channels'; records: Channel[] }
  | { join: { group: string; user: string; at: Millis } }
  | { leave: { group: string; user: string } }
  | { moveGroup: { from: string; to: string } }
  | { release: string }
  | { removeItems: string[] }
  | { setPersonalised: { user: string; on: boolean } }
  | { removeFacet: { user: string; facet: string; at: Millis } }
  | { blockFacet: { user: string; facet: string } }
  | { unblockFacet: { user: string; facet: string } }
  /** A user was forgotten at `at`; what names them up to the entry of the number `before`, this one included, is to be taken out of the log. */
  | { forget: Forgotten }
  /** The interactions before the time `olderThan` were removed; they are to be taken out of the entries up to the number `before`. */
  | { expire: Expired }
  /** A fitted model's bytes, in base64. */
  | { useModel: string }
  /** The configuration from the first entry on, whenever it was told. */
  | { config: Config | null };

/** A user who is to be taken out of the entries up to the number `before`. Who has the id later is somebody new. */
export interface Forgotten {
  user: string;
  at: Millis;
  before: number;
}
/** Interactions before the time `olderThan` that are to be taken out of the entries up to the number `before`. */
export interface Expired {
  olderThan: Millis;
  at: Millis;
  before: number;
}

/**
 * Where a durable recommender keeps itself. Files by default; SQLite, IndexedDB and a bot framework's database are others.
 *
 * Entries are numbered from 1 in the order in which they were appended, and an entry keeps its number when others are taken out.
 *
 * Calls do not overlap: each is made after the one before has settled, `history` excepted; between two steps of `compact` others are made.
 * After an `append` that failed only `close` is called. `checkpoint` and `compact` may fail without harm.
 */
export interface Store {
  /**
   * Takes hold of the store, so that no other process writes, and reads: the newest sound snapshot, what was given with it as `forgetting`, and
   * the entries since it in order (without a snapshot: from the first); `end` is the number of the last entry. `notes` says, for people, what
   * was noticed and mended; while the store is open it may add to them. Nothing that was found is removed before `settle`.
   */
  open(): Promise<{
    snapshot?: Uint8Array | undefined;
    forgetting?: readonly (Forgotten | Expired)[] | undefined;
    entries: AsyncIterable<Entry> | Iterable<Entry>;
    end: number;
    notes: string[];
  }>;
  /** Called once the whole state has been read: what turned out not to count may be removed. Does not fail. */
  settle?(): Promise<void>;
  /** Appends entries in order. When it resolves they are on disk; when it rejects, or never settles, any first part of them may be. */
  append(entries: readonly Entry[]): Promise<void>;
  /** Keeps a snapshot that holds all that was appended so far, and a list with it. Atomic: after a crash the old or the new ones are found. */
  checkpoint(snapshot: Uint8Array, forgetting: readonly (Forgotten | Expired)[]): Promise<void>;
  /**
   * Optional: the same for the state after entry `end`, which is on disk, made by another thread from what is on disk; resolves with the bytes
   * of the snapshot. Entries are appended meanwhile; `compact` and `checkpoint` are not called. Without it a large snapshot stops the thread
   * of the recommender for as long as `toSnapshot` takes.
   */
  checkpointApart?(end: number, forgetting: readonly (Forgotten | Expired)[]): Promise<number>;
  /** All entries that are kept, from the first, with their numbers. */
  history(): AsyncIterable<[number, Entry]> | Iterable<[number, Entry]>;
  /**
   * Rewrites through `rewrite` the entries that name one of these users (`undefined` drops an entry), and takes the users out of what is kept
   * as `forgetting`; called after a checkpoint in which they are not. In steps of less than 100 ms as far as can be: other calls are made
   * where it yields. Each step leaves a log that leads to the same state. When it is done nothing of what was dropped is left, nor a snapshot
   * from before.
   */
  compact(
    forgotten: readonly (Forgotten | Expired)[],
    rewrite: (entry: Entry, number: number) => Entry | undefined,
  ): AsyncGenerator<void, void>;
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
  /**
   * Write a snapshot after so many records (interactions, items, …), at least 1. Default: 10,000, or one for each 1,000 bytes of the snapshot
   * before if that is more. A folder's snapshot beyond 1 MB is made by a thread of its own, which needs the memory of the recommender a second
   * time while it runs.
   */
  checkpointEvery?: number | undefined;
  /**
   * How long those who were forgotten may still stand in the files of the log, in milliseconds, while the store is open or as soon as it is
   * opened again. They are taken out beside other writes, all together, when the first has waited half of this time. Default 86,400,000 (a day).
   */
  forgetWithinMs?: number | undefined;
  /** The host's own time in milliseconds, asked for with each change: `Date.now` in a live host. */
  clock?: (() => Millis) | undefined;
  /** The bytes of memory that the recommender may take, as for `createRecommender`. A state that needs more is refused with the code `memory`. */
  maxBytes?: number | undefined;
}

/**
 * Opens a recommender over a store: its snapshot, what was told since, and what is given here.
 * @throws NextpickError `locked` if another process has it open, `damaged` if the log cannot be read, `store` if it cannot be written.
 */
export function openRecommender(store: Store, options?: DurableOptions): Promise<DurableRecommender>;

/** The verbs that ask. They answer at once, from memory. */
type Asks =
  | 'items' | 'users' | 'groups' | 'channels' | 'userIds' | 'groupIds' | 'item' | 'user' | 'group' | 'channel' | 'decision'
  | 'recommend' | 'recommendText' | 'recommendAll' | 'profile' | 'similar' | 'model' | 'config' | 'effectiveConfig' | 'stats' | 'toSnapshot' | 'trustedTime';

/**
 * A recommender over a store. Verbs that ask answer at once, from memory. Verbs that change something take effect in memory at once, in
 * the order of the calls, and resolve when they are on disk; those called together share one write. A
 * record that breaks the contract is refused before anything is written. When an entry cannot be written, every caller that waits for it is
 * refused with the code `store` (`locked` if another process has taken the store over), and so is every change after it: memory is then ahead
 * of the disk, and opening again is what mends that.
 */
export interface DurableRecommender extends Pick<Recommender, Asks> {
  /** What was noticed, for people, at opening and since: a torn tail, a snapshot that was passed over or could not be written, damage. */
  readonly notes: readonly string[];

  putItems(items: readonly Item[] | Item): Promise<PutItemsReport>;
  putUsers(users: readonly User[] | User): Promise<PutReport>;
  putGroups(groups: readonly Group[] | Group): Promise<PutReport>;
  putChannels(channels: readonly Channel[] | Channel): Promise<PutReport>;
  /** Adds a user to a group, as one small entry of the log. False if they are a member already: nothing is written then. */
  join(joining: { group: string; user: string; at: Millis }): Promise<boolean>;
  /** Takes a user out of a group. False if they are no member. */
  leave(leaving: { group: string; user: string }): Promise<boolean>;
  /** Gives a group another id, with all that is known of it. False, and nothing is written, if nobody ever named `from`. */
  moveGroup(moving: { from: string; to: string }): Promise<boolean>;
  removeItems(ids: readonly string[] | string): Promise<number>;

  /** Remembers an interaction. False if its id is known already, which then is on disk, too. */
  observe(interaction: Interaction, options?: ChangeOptions): Promise<boolean>;
  /** Remembers interactions, all of them or none. All are checked before any counts. */
  observeAll(interactions: readonly Interaction[], options?: ChangeOptions): Promise<ObserveReport>;
  /** Records that a decision is being sent. Send it when this resolves with `accepted`. */
  accept(decision: Decision | Sent, options?: ChangeOptions): Promise<Acceptance>;
  /** Takes back the acceptance of a decision that certainly did not arrive. False, and nothing is written, for one that is not kept. */
  release(decision: string): Promise<boolean>;

  setPersonalised(user: string, on: boolean): Promise<void>;
  removeFacet(user: string, facet: string, at: Millis): Promise<void>;
  blockFacet(user: string, facet: string): Promise<void>;
  unblockFacet(user: string, facet: string): Promise<void>;
  useModel(model: Uint8Array | ArrayBuffer | ArrayBufferView): Promise<void>;
  /**
   * Forgets a user: when it resolves, no field of the contract has the id any more, in memory, in answers, in `history` and `interactions`. The
   * files of the log and older snapshots lose it within `forgetWithinMs`; `compact` does it now. What the host wrote into `data`, `context` or
   * `attributes` cannot be known and stays. Whether anything was known; if nothing was, nothing is written.
   */
  forget(user: string): Promise<boolean>;
  /**
   * Removes the interactions before a time: from memory at once, and from the files within `forgetWithinMs`; `compact` does it now. See
   * `Recommender.expire`. How many there were; if none, nothing is written.
   */
  expire(before: Millis): Promise<number>;
  /**
   * Takes those who were forgotten, and expired interactions, out of the files now, beside the writes of others. When it resolves no byte of their ids is left there.
   * @throws NextpickError `damaged` if a part of the log that names them cannot be read: the others are rewritten all the same.
   */
  compact(): Promise<void>;

  /** Every change ever told, from the first, without those of users who were forgotten. A rewriting while it is read may end it with an error. */
  history(): AsyncIterable<Entry>;
  /** The interactions of the log, each id once: `fit({ items: rec.items(), events: await rec.interactions() })`. */
  interactions(): Promise<Interaction[]>;

  /**
   * Writes a snapshot, so that the next opening need not read the log from the one before. When it fails (`store`), the log is sound and
   * writing goes on.
   */
  checkpoint(): Promise<void>;
  /**
   * Writes what is left, a snapshot, and lets go of the store; a snapshot that cannot be written is noted, because the log has it all. Every
   * later call throws `disposed`. Called twice, it does nothing.
   * @param options `compact`: those who were forgotten are taken out of the files before. Those who waited for `forgetWithinMs` are in any case.
   */
  close(options?: { compact?: boolean }): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
