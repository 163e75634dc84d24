/**
 * @file Recommender over a store: the same object, but a change is acknowledged when it is on disk.
 *
 * A change is applied to the core first and written afterwards. Only the core can validate a record, so a refused one
 * never reaches the log, and every logged entry was accepted in the same order and is accepted again on replay. During
 * a write, memory is ahead of the store: decisions then count an acceptance that is being written, which errs on the
 * side of sending less. A failed write leaves memory ahead for good, so no further change is accepted.
 */

import { NextpickError } from '../error.js';
import { FORK } from '../fork.js';
import { cloneJsonData } from '../plain.js';
import { acceptOptions, hostTime } from '../options.js';
import { toBytes } from '../bytes.js';
import { Checkpoints } from './checkpoints.js';
import { apply, interactionsOf, toList, toSent, toBase64, withAudiences } from './entry.js';
import { Erasing } from './erasing.js';
import { withoutForgotten } from './forgetting.js';
import { renumbered } from './positions.js';
import { recordCount } from './replay.js';
import { Turns } from './turns.js';

/**
 * @typedef {import('./index.js').DurableRecommender} Durable
 * @typedef {import('./index.js').Entry} Entry
 * @typedef {import('./folder.js').Removal} Removal
 */

/**
 * State of the store that was opened, and the host's settings.
 * @typedef {object} Options
 * @property {import('./images.js').Images} images
 * @property {string[]} notes
 * @property {number} [checkpointEvery]
 * @property {number} since Records since the snapshot.
 * @property {number} size Length of the snapshot, bytes.
 * @property {number} end Number of the last entry.
 * @property {Removal[]} forgotten Removals pending in the log.
 * @property {number} forgetWithinMs
 * @property {() => number} [clock]
 */

/** Methods that read are passed to the core. */
const READ_METHODS = [
  'items', 'users', 'groups', 'channels', 'userIds', 'groupIds', 'itemIds', 'userNumbers', 'item', 'user', 'group', 'channel', 'decision',
  'recommend', 'recommendText', 'recommendTexts', 'recommendAll', 'recommendInto', 'explainItem', 'refusals', 'propensities', 'profile', 'similar', 'operations', 'tierReport', 'contentStatus', 'dueSteps', 'journeyStatus', 'model', 'config', 'effectiveConfig', 'stats', 'toSnapshot', 'trustedTime',
];

/** Keeps items, subjects and interactions on disk, and decides which items come next. Made by `openRecommender`. */
export class DurableRecommender {
  /** @type {any} The recommender, whose methods are called by name. */
  #core;
  #store;
  #turns;
  /** Number of the last entry applied. */
  #end;
  /** @type {Checkpoints} */
  #checkpoints;
  /** @type {Erasing} */
  #erasing;
  /** @type {import('./images.js').Images} */
  #images;
  #clock;
  /** Trusted time of the last logged entry. */
  #loggedTime;
  /** @type {Promise<void> | undefined} */
  #closed;

  /** Problems found at opening and since: a torn tail, a snapshot that could not be written. @type {string[]} */
  notes;

  /**
   * @param {any} core
   * @param {import('./index.js').Store} store
   * @param {Options} options
   */
  constructor(core, store, { images, notes, checkpointEvery, since, size, end, forgotten, forgetWithinMs, clock }) {
    this.#core = core;
    this.#store = store;
    this.#turns = new Turns(store);
    this.#end = end;
    core.setLogPosition(end);
    this.#clock = clock;
    this.#loggedTime = core.trustedTime();
    this.notes = notes;
    const state = () => ({ core: this.#core, end: this.#end, forgotten: this.#erasing.forgotten });
    this.#images = images;
    this.#checkpoints = new Checkpoints(store, this.#turns, images, state, { checkpointEvery, since, size, notes });
    this.#erasing = new Erasing(store, this.#turns, this.#checkpoints, { forgotten, forgetWithinMs, notes });
  }

  static {
    for (const method of [...READ_METHODS, FORK]) {
      /** @type {any} */ (this.prototype)[method] = function (/** @type {unknown[]} */ ...args) {
        return this.#core[method](...args);
      };
    }
  }

  /** @type {Durable['observe']} */
  async observe(interaction, options) {
    return this.#changeAt(options, { observe: cloneJsonData(interaction, 'interaction') }, (fresh) => fresh);
  }
  /** @type {Durable['observeAll']} */
  async observeAll(interactions, options) {
    return this.#changeAt(options, { observeAll: toList(interactions, 'interactions') }, ({ observed }) => observed > 0);
  }
  /** @type {Durable['accept']} */
  async accept(decision, options) {
    const { at, recheck, now } = acceptOptions(options);
    return this.#changeAt({ now }, { accept: toSent(decision, at) }, ({ accepted }) => accepted, { recheck });
  }

  /** @type {Durable['reserve']} */
  async reserve(decision, until, options) {
    return this.#changeAt(options, { reserve: toSent(decision), until }, ({ accepted }) => accepted);
  }
  /** @type {Durable['confirm']} */
  async confirm(decision, at, options) {
    return this.#changeAt(options, { confirm: { decision, at } }, ({ accepted }) => accepted);
  }

  /**
   * Applies a change that depends on the trusted time. Requests advance that time too, so the entry states it if it has
   * changed.
   * @param {import('../index.js').ChangeOptions | undefined} options
   * @param {Entry} entry
   * @param {(answer: any) => boolean} changed
   * @param {{ recheck?: boolean }} [checks]
   * @returns {Promise<any>}
   */
  #changeAt(options, entry, changed, checks) {
    const now = hostTime(options, this.#clock) ?? this.#core.trustedTime();
    const timed = now === this.#loggedTime ? entry : { ...entry, now };
    return this.#change(timed, (result) => {
      const isLogged = changed(result);
      if (isLogged) this.#loggedTime = now;
      return isLogged;
    }, checks);
  }

  /** @type {Durable['putItems']} */
  async putItems(records) {
    return this.#put('items', records);
  }
  /** @type {Durable['putUsers']} */
  async putUsers(records) {
    return this.#put('users', records);
  }
  /** @type {Durable['putGroups']} */
  async putGroups(records) {
    return this.#put('groups', records);
  }
  /** @type {Durable['putChannels']} */
  async putChannels(records) {
    return this.#put('channels', records);
  }
  /** @type {Durable['patchItems']} */
  async patchItems(patches) {
    const entry = { patch: /** @type {const} */ ('items'), records: toList(patches, 'items') };
    return this.#change(entry, ({ patched }) => {
      entry.records = withAudiences(this.#core, entry.records);
      return patched > 0;
    });
  }
  /** @type {Durable['patchUsers']} */
  async patchUsers(patches) {
    return this.#patch('users', toList(patches, 'users'));
  }
  /** @type {Durable['patchGroups']} */
  async patchGroups(patches) {
    return this.#patch('groups', toList(patches, 'groups'));
  }
  /** @type {Durable['join']} */
  async join(joining) {
    return this.#change({ join: cloneJsonData(joining, 'joining') }, (joined) => joined);
  }
  /** @type {Durable['leave']} */
  async leave(leaving) {
    return this.#change({ leave: cloneJsonData(leaving, 'leaving') }, (left) => left);
  }
  /** @type {Durable['moveGroup']} */
  async moveGroup(moving) {
    return this.#change({ moveGroup: cloneJsonData(moving, 'moving') }, (moved) => moved);
  }
  /** @type {Durable['release']} */
  async release(decision) {
    return this.#change({ release: decision }, (released) => released);
  }
  /** @type {Durable['removeItems']} */
  async removeItems(ids) {
    return this.#change({ removeItems: toList(ids, 'ids') }, (count) => count > 0);
  }
  /** @type {Durable['removeGroups']} */
  async removeGroups(ids) {
    return this.#change({ removeGroups: toList(ids, 'ids') }, (count) => count > 0);
  }
  /**
   * @param {'users' | 'groups'} patch
   * @param {any[]} records
   * @returns {Promise<any>}
   */
  #patch(patch, records) {
    return this.#change(/** @type {Entry} */ ({ patch, records }), (report) => report.patched > 0);
  }
  /**
   * @param {'items' | 'users' | 'groups' | 'channels'} put
   * @param {unknown} records
   * @returns {Promise<any>}
   */
  #put(put, records) {
    return this.#change({ put, records: toList(records, put) }, (report) => report.put > 0);
  }

  /** @type {Durable['setOperations']} */
  async setOperations(operations) {
    return this.#change({ setOperations: cloneJsonData(operations, 'operations') });
  }
  /** @type {Durable['setPersonalised']} */
  async setPersonalised(user, on) {
    return this.#change({ setPersonalised: { user, on } });
  }
  /** @type {Durable['removeFacet']} */
  async removeFacet(user, facet, at) {
    return this.#change({ removeFacet: { user, facet, at } });
  }
  /** @type {Durable['blockFacet']} */
  async blockFacet(user, facet) {
    return this.#change({ blockFacet: { user, facet } });
  }
  /** @type {Durable['unblockFacet']} */
  async unblockFacet(user, facet) {
    return this.#change({ unblockFacet: { user, facet } });
  }
  /** @type {Durable['useModel']} */
  async useModel(model) {
    return this.#change({ useModel: toBase64(toBytes(model, 'model')) });
  }

  /**
   * Removes a user from memory and from everything read from the log, at once. The log itself is rewritten later, for
   * many users together. Nothing is written for an unknown user.
   * @type {Durable['forget']}
   */
  async forget(user) {
    this.#ready();
    if (typeof user !== 'string') throw NextpickError.invalid('user', 'a string', user);
    const forgotten = { user, at: Date.now(), before: this.#end + 1 };
    const known = await this.#change({ forget: forgotten }, (known) => {
      if (known) this.#erasing.add(forgotten);
      return known;
    });
    if (known) await this.#images.forbid();
    return known;
  }

  /**
   * Removes the interactions before a time from memory at once, and from the log later, together with deleted users.
   * @type {Durable['expire']}
   */
  async expire(before) {
    this.#ready();
    const expired = { olderThan: before, at: Date.now(), before: this.#end + 1 };
    const count = await this.#change({ expire: expired }, (count) => {
      if (count) this.#erasing.add(expired);
      return count > 0;
    });
    if (count) await this.#images.forbid();
    return count;
  }

  /**
   * Removes deleted users and expired interactions from the log and the snapshots now. When it resolves, no byte of a
   * deleted id is left.
   */
  async compact() {
    this.#ready();
    await this.#erasing.finish();
  }

  /** Returns every change from the first. */
  history() {
    return renumbered(withoutForgotten(this.#store.history(), this.#erasing.forgotten));
  }
  /** Returns the interactions of the log, for the `events` of a `fit`. */
  interactions() {
    return interactionsOf(this.history());
  }

  /** Writes a snapshot, so that the next opening need not replay the log from the previous one. */
  async checkpoint() {
    this.#ready();
    return this.#checkpoints.write();
  }

  /**
   * Writes pending changes and a snapshot, and releases the store. A snapshot that cannot be written is only noted; the
   * log is complete. Every later call throws `disposed`; a second `close` does nothing.
   *
   * @param {{ compact?: boolean }} [options] `compact`: first removes all deleted data from the log.
   */
  close({ compact = false } = {}) {
    this.#closed ??= this.#close(compact);
    return this.#closed;
  }
  /** @param {boolean} compact */
  async #close(compact) {
    try {
      if (compact) await this.#erasing.finish();
      // Failures are noted, and retried after a later opening.
      else if (this.#erasing.isOverdue) await this.#erasing.finish().catch(() => {});
      await this.#erasing.stop();
    } finally {
      await this.#release();
    }
  }
  async #release() {
    try {
      // A snapshot in progress may cover everything.
      await this.#checkpoints.exclusively(() => {});
      if (this.#checkpoints.isBehind || (this.#end > 0 && this.#images.isLacking)) await this.#checkpoints.write().catch(() => this.#turns.check());
      else await this.#turns.append([]);
    } finally {
      this.#core.dispose();
      await this.#store.close();
    }
  }
  [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    return this.close();
  }

  #ready() {
    if (this.#closed) throw new NextpickError('disposed', 'this recommender was closed and answers no more');
    this.#turns.check();
  }

  /**
   * Applies a change and resolves when it is on disk. An entry without effect is not written, but waits for those
   * before it.
   * @param {Entry} entry
   * @param {(answer: any) => boolean} [changed]
   * @param {{ recheck?: boolean }} [checks]
   * @returns {Promise<any>}
   */
  async #change(entry, changed = () => true, checks = undefined) {
    this.#ready();
    const answer = apply(this.#core, entry, checks);
    const entries = changed(answer) ? [entry] : [];
    if (entries.length) this.#core.setLogPosition(++this.#end);
    const written = this.#turns.append(entries);
    if (entries.length) this.#checkpoints.count(recordCount(entry));
    await written;
    return answer;
  }
}
