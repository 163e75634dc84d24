/// <reference lib="esnext.disposable" />
/** Durable recommender: a change is acknowledged when it is on disk. */

import type { AcceptOptions, Acceptance, ChangeOptions, Channel, Config, Decision, Group, GroupPatch, Interaction, Item, ItemPatch, Millis, ObserveReport, Operations, PatchReport, PutItemsReport, PutReport, Recommender, Sent, User, UserPatch } from '../index.js';

/** One change, as kept in the log. Replaying the log applies entries in order. */
export type Entry =
  /** `now` is the trusted time of the change, if the host gave one. */
  | { observe: Interaction; now?: Millis }
  | { observeAll: Interaction[]; now?: Millis }
  /** An accepted decision, without its reasons. */
  | { accept: Sent; now?: Millis }
  /** A reserved decision, without its reasons. */
  | { reserve: Sent; until: Millis; now?: Millis }
  /** The sending of a reserved decision. */
  | { confirm: { decision: string; at: Millis }; now?: Millis }
  | { put: 'items'; records: Item[] }
  | { put: 'users'; records: User[] }
  | { put: 'groups'; records: Group[] }
  | { put: 'channels'; records: Channel[] }
  /** Changed fields. The patch of `hidden` states the users of the audience too, so that one of them can be deleted. */
  | { patch: 'items'; records: ItemPatch[] }
  | { patch: 'users'; records: UserPatch[] }
  | { patch: 'groups'; records: GroupPatch[] }
  | { join: { group: string; user: string; at: Millis } }
  | { leave: { group: string; user: string } }
  | { moveGroup: { from: string; to: string } }
  | { release: string }
  | { removeItems: string[] }
  | { removeGroups: string[] }
  | { setOperations: Operations }
  | { setPersonalised: { user: string; on: boolean } }
  | { removeFacet: { user: string; facet: string; at: Millis } }
  | { blockFacet: { user: string; facet: string } }
  | { unblockFacet: { user: string; facet: string } }
  /** Deletion of a user at `at`; entries up to the number `before`, inclusive, that name the user must be rewritten. */
  | { forget: Forgotten }
  /** Removal of interactions before the time `olderThan`; entries up to the number `before` must be rewritten. */
  | { expire: Expired }
  /** Bytes of a fitted model, in base64. */
  | { useModel: string }
  /** Configuration, valid from the first entry on, wherever it is in the log. */
  | { config: Config | null };

/**
 * Deleted user, to be removed from the entries up to the number `before`. A later user of the same id is a new user.
 */
export interface Forgotten {
  user: string;
  at: Millis;
  before: number;
}
/** Interactions before the time `olderThan`, to be removed from the entries up to the number `before`. */
export interface Expired {
  olderThan: Millis;
  at: Millis;
  before: number;
}

/**
 * Storage of a durable recommender. Files by default; SQLite, IndexedDB and the databases of bot frameworks are others.
 *
 * Entries are numbered from 1 in the order of appending, and keep their numbers when others are removed.
 *
 * Calls do not overlap: each is made after the previous one has settled, except `history`, and except that other calls
 * are made between two steps of `compact`. After a failed `append` only `close` is called. `checkpoint` and `compact`
 * may fail without harm.
 */
export interface Store {
  /**
   * Locks the store against other processes and reads it: the newest valid snapshot, the `forgetting` list kept with
   * it, and the entries since it in order (without a snapshot: from the first). `end` is the number of the last entry.
   * `notes` describes problems found and repaired, for people; it may grow while the store is open. Nothing found is
   * deleted before `settle`.
   */
  open(): Promise<{
    snapshot?: Uint8Array | undefined;
    forgetting?: readonly (Forgotten | Expired)[] | undefined;
    entries: AsyncIterable<Entry> | Iterable<Entry>;
    end: number;
    notes: string[];
  }>;
  /** Called when the whole state has been read: data that turned out to be invalid may be deleted. Must not fail. */
  settle?(): Promise<void>;
  /**
   * Appends entries in order. When it resolves they are on disk; when it rejects, or never settles, any prefix of them
   * may be.
   */
  append(entries: readonly Entry[]): Promise<void>;
  /**
   * Writes a snapshot of everything appended so far, with a list. Atomic: after a crash the old pair or the new pair is
   * found.
   */
  checkpoint(snapshot: Uint8Array, forgetting: readonly (Forgotten | Expired)[]): Promise<void>;
  /**
   * Optional: writes the snapshot of the state after entry `end`, which is on disk, in another thread that reads the
   * disk; resolves with the size of the snapshot in bytes. Entries are appended meanwhile; `compact` and `checkpoint`
   * are not called. Without this method a large snapshot blocks the thread of the recommender for the duration of
   * `toSnapshot`. With `image`, the thread also writes a memory image under this memory limit; without it, it removes the
   * one that there is.
   */
  checkpointApart?(end: number, forgetting: readonly (Forgotten | Expired)[], image?: { maxBytes?: number | undefined }): Promise<number>;
  /** Optional: stores a memory image of the newest snapshot, which makes the next opening several times faster. */
  image?: ImageCache | undefined;
  /** Returns all entries kept, from the first, with their numbers. */
  history(): AsyncIterable<[number, Entry]> | Iterable<[number, Entry]>;
  /**
   * Rewrites with `rewrite` the entries that `forgotten` affects (`undefined` drops an entry), and removes them from
   * the kept `forgetting` list; called after a checkpoint without them. Each step should take less than 100 ms, since
   * other calls are made between steps, and must leave a log that leads to the same state. At the end no dropped data
   * is left, nor any snapshot from before.
   */
  compact(
    forgotten: readonly (Forgotten | Expired)[],
    rewrite: (entry: Entry, number: number) => Entry | undefined,
  ): AsyncGenerator<void, void>;
  /** Releases the store. */
  close(): Promise<void>;
}

/**
 * Place of a memory image: a cache for this machine and this build of the module. It holds personal data, as snapshots
 * do, so no one else may read it. It is optional: if it is invalid, the snapshot is loaded.
 */
export interface ImageCache {
  /** Opens the image; `undefined` if there is none. */
  read(): Promise<ImageSource | undefined>;
  /** Replaces the image atomically. */
  write(bytes: Uint8Array): Promise<void>;
  /** Removes the image. When it resolves, no byte of it is left, nor of one whose writing was interrupted. */
  remove(): Promise<void>;
  /** Computes a CRC-32, where the host does so quickly. */
  crc32?: ((bytes: Uint8Array) => number) | undefined;
}

/** Open memory image. */
export interface ImageSource {
  /** Size in bytes. */
  size: number;
  /** Fills the target with the bytes from a position on. */
  read(target: Uint8Array, position: number): void;
  /** Checks the image by its SHA-256 before it is read. A source has this or `isSound`. */
  verify?(digest: Uint8Array): Promise<boolean>;
  /** Checks the image by its CRC-32 after it was read; the parts are the checked bytes in order. */
  isSound?(crc: number, parts: readonly Uint8Array[]): boolean;
  /** Closes the image. */
  close?(): void;
}

/** Options of a durable recommender; every field is optional. */
export interface DurableOptions<ItemData = unknown, UserData = unknown> {
  /**
   * Configuration. If it differs from the one kept, the whole log is replayed, which takes time in proportion to its
   * length. Default: the one kept.
   */
  config?: Config | undefined;
  /** Items to put at opening, as by `putItems`. Unchanged ones are not written again; none is removed. */
  items?: readonly Item<ItemData>[] | undefined;
  /** Users to put at opening. A deleted user who is still listed here is known again. */
  users?: readonly User<UserData>[] | undefined;
  /** Groups to put at opening. */
  groups?: readonly Group[] | undefined;
  /** Channels to put at opening. */
  channels?: readonly Channel[] | undefined;
  /** Model to use, as by `useModel`. */
  model?: Uint8Array | ArrayBuffer | ArrayBufferView | undefined;
  /**
   * Number of records (interactions, items, …) after which a snapshot is written, at least 1. Default: 10,000, or one
   * per 1,000 bytes of the previous snapshot if that is more. A folder store makes snapshots above 1 MB in its own
   * thread, which needs the memory of the recommender a second time while it runs.
   */
  checkpointEvery?: number | undefined;
  /**
   * Maximum time in milliseconds for which deleted data may remain in the log files, counted while the store is open
   * and at the next opening. Deletions are collected and written between other writes when the first has waited half of
   * this time. Default 86,400,000 (a day).
   */
  forgetWithinMs?: number | undefined;
  /** Returns the host's time in milliseconds; called with each change. `Date.now` in a live host. */
  clock?: (() => Millis) | undefined;
  /**
   * Memory limit of the recommender in bytes, as for `createRecommender`. A state that needs more is refused with the
   * code `memory`.
   */
  maxBytes?: number | undefined;
}

/**
 * Opens a recommender over a store: loads its snapshot, replays later changes, and puts the records given here.
 * @example
 * const rec = await openRecommender(indexedDbStore(), { items });
 * await rec.observe({ user: 'u1', item: 'tea', kind: 'click', at: Date.now() });
 * @throws NextpickError `locked` if another process has it open, `damaged` if the log cannot be read, `store` if it
 *   cannot be written.
 */
export function openRecommender<ItemData = unknown, UserData = unknown>(
  store: Store,
  options?: DurableOptions<ItemData, UserData>,
): Promise<DurableRecommender<ItemData, UserData>>;

/** Methods that read. They answer synchronously, from memory. */
type ReadMethods =
  | 'items' | 'users' | 'groups' | 'channels' | 'userIds' | 'groupIds' | 'itemIds' | 'userNumbers' | 'item' | 'user' | 'group' | 'channel' | 'decision'
  | 'recommend' | 'recommendText' | 'recommendTexts' | 'recommendAll' | 'recommendInto' | 'explainItem' | 'refusals' | 'propensities' | 'profile' | 'similar' | 'operations' | 'tierReport' | 'contentStatus' | 'dueSteps' | 'journeyStatus' | 'model' | 'config' | 'effectiveConfig' | 'stats' | 'toSnapshot' | 'trustedTime';

/**
 * Recommender over a store. Methods that read answer synchronously, from memory. Methods that change take effect in
 * memory at once, in the order of the calls, and resolve when the change is on disk; concurrent calls share one write.
 * A record that violates the contract is refused before anything is written. If an entry cannot be written, all callers
 * waiting for it and all later changes are refused with the code `store` (`locked` if another process took the store
 * over): memory is then ahead of the disk, and the store must be opened again.
 */
export interface DurableRecommender<ItemData = unknown, UserData = unknown> extends Pick<Recommender<ItemData, UserData>, ReadMethods> {
  /** Problems found at opening and since, for people: a torn tail, a snapshot skipped or not written, damage. */
  readonly notes: readonly string[];

  /** Puts items, as {@link Recommender.putItems}. */
  putItems(items: readonly Item<ItemData>[] | Item<ItemData>): Promise<PutItemsReport>;
  /** Puts users, as {@link Recommender.putUsers}. */
  putUsers(users: readonly User<UserData>[] | User<UserData>): Promise<PutReport>;
  /** Puts groups, as {@link Recommender.putGroups}. */
  putGroups(groups: readonly Group[] | Group): Promise<PutReport>;
  /** Puts channels, as {@link Recommender.putChannels}. */
  putChannels(channels: readonly Channel[] | Channel): Promise<PutReport>;
  /** Changes single fields of items, as {@link Recommender.patchItems}, as one small entry of the log. */
  patchItems(patches: readonly ItemPatch[] | ItemPatch): Promise<PatchReport>;
  /** Changes single fields of users, as {@link Recommender.patchUsers}, as one small entry of the log. */
  patchUsers(patches: readonly UserPatch[] | UserPatch): Promise<PatchReport>;
  /** Changes single fields of groups, as {@link Recommender.patchGroups}, as one small entry of the log. */
  patchGroups(patches: readonly GroupPatch[] | GroupPatch): Promise<PatchReport>;
  /**
   * Adds a user to a group, as one small entry of the log. Returns false, and writes nothing, if the user is already a
   * member.
   */
  join(joining: { group: string; user: string; at: Millis }): Promise<boolean>;
  /** Removes a user from a group. Returns false if the user is not a member. */
  leave(leaving: { group: string; user: string }): Promise<boolean>;
  /** Renames a group with all its state. Returns false, and writes nothing, if `from` is unknown. */
  moveGroup(moving: { from: string; to: string }): Promise<boolean>;
  /** Removes items, as {@link Recommender.removeItems}. */
  removeItems(ids: readonly string[] | string): Promise<number>;
  /** Removes the records of groups, as {@link Recommender.removeGroups}. */
  removeGroups(ids: readonly string[] | string): Promise<number>;

  /** Adds an interaction. Returns false if its id is known; it is then on disk, too. */
  observe(interaction: Interaction, options?: ChangeOptions): Promise<boolean>;
  /** Adds interactions, all of them or none. All are validated before any counts. */
  observeAll(interactions: readonly Interaction[], options?: ChangeOptions): Promise<ObserveReport>;
  /** Records that a decision is being sent. Send it when this resolves with `accepted`. */
  accept(decision: Decision | Sent, options?: AcceptOptions): Promise<Acceptance>;
  /** Reserves a decision that another system or person will send. Pass it on when this resolves with `accepted`. */
  reserve(decision: Decision | Sent, until: Millis, options?: ChangeOptions): Promise<Acceptance>;
  /** Records that a reserved decision was sent at `at`. */
  confirm(decision: string, at: Millis, options?: ChangeOptions): Promise<Acceptance>;
  /**
   * Revokes the acceptance of a decision that certainly was not delivered. Returns false, and writes nothing, if it is
   * not kept.
   */
  release(decision: string): Promise<boolean>;

  /** Replaces the operations as a whole. Resolves when they are on disk. */
  setOperations(operations: Operations): Promise<void>;
  /** Switches a user's personalisation off or on, as {@link Recommender.setPersonalised}. */
  setPersonalised(user: string, on: boolean): Promise<void>;
  /** Removes a facet from a user, as {@link Recommender.removeFacet}. */
  removeFacet(user: string, facet: string, at: Millis): Promise<void>;
  /** Blocks a facet for a user, as {@link Recommender.blockFacet}. */
  blockFacet(user: string, facet: string): Promise<void>;
  /** Unblocks a blocked facet, as {@link Recommender.unblockFacet}. */
  unblockFacet(user: string, facet: string): Promise<void>;
  /** Uses this model from now on, as {@link Recommender.useModel}. */
  useModel(model: Uint8Array | ArrayBuffer | ArrayBufferView): Promise<void>;
  /**
   * Deletes a user. When it resolves, no field of the contract contains the id in memory, answers, `history` and
   * `interactions`. The log files and older snapshots lose it within `forgetWithinMs`, or at once with `compact`.
   * Copies that the host wrote into `data`, `context` or `attributes` stay. Returns false, and writes nothing, if the
   * user is unknown.
   */
  forget(user: string): Promise<boolean>;
  /**
   * Removes the interactions before a time: from memory at once, from the files within `forgetWithinMs`, or at once
   * with `compact`. See `Recommender.expire`. Returns the number removed; if it is 0, nothing is written.
   */
  expire(before: Millis): Promise<number>;
  /**
   * Removes deleted users and expired interactions from the files now, between other writes. When it resolves, no byte
   * of their ids is left there.
   * @throws NextpickError `damaged` if a part of the log that names them cannot be read; the other parts are rewritten
   *   all the same.
   */
  compact(): Promise<void>;

  /**
   * Returns every change from the first, without those of deleted users; the `logPosition` of decisions counts the
   * entries that are left. May fail if the log is rewritten while it is read.
   */
  history(): AsyncIterable<Entry>;
  /**
   * Returns the interactions of the log, each id once: `fit({ items: rec.items(), events: await rec.interactions() })`.
   */
  interactions(): Promise<Interaction[]>;

  /**
   * Writes a snapshot, so that the next opening need not replay the log from the previous one. If it fails (`store`),
   * the log is intact and writing continues.
   */
  checkpoint(): Promise<void>;
  /**
   * Writes pending changes and a snapshot, and releases the store. A snapshot that cannot be written is only noted,
   * because the log is complete. Every later call throws `disposed`; a second `close` does nothing.
   * @param options `compact`: first removes all deleted data from the files. Deletions that are due by `forgetWithinMs`
   *   are removed in any case.
   */
  close(options?: { compact?: boolean }): Promise<void>;
  /** Closes the store, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
