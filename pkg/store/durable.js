/**
 * @file The recommender over a store: the same object, but what changes something is acknowledged when it is on disk.
 *
 * A change is applied to the core first and written after. The core is the only one who can tell whether a record keeps the contract,
 * so what it refuses never reaches the log, and what stands in the log was taken once, in the same order, and is taken again when it is
 * read back. While a write is under way memory is ahead of the store: decisions then count an acceptance that is being written, which
 * errs to the side of sending less. A write that fails leaves memory ahead for good, so nothing more is taken after it.
 */

import { NextpickError } from '../error.js';
import { plain } from '../plain.js';
import { bytes } from '../recommender.js';
import { apply, interactionsOf, listed, sent, toBase64 } from './entry.js';
import { without } from './forgetting.js';
import { Turns } from './turns.js';

/** What asks and changes nothing goes straight to the core. */
const ASKS = [
  'items', 'users', 'groups', 'channels', 'userIds', 'groupIds', 'item', 'user', 'group', 'channel',
  'recommend', 'recommendText', 'recommendAll', 'profile', 'similar', 'model', 'config', 'stats', 'toSnapshot',
];

/** Remembers on disk what it is told, and decides what comes next. Made by `openRecommender`. */
export class DurableRecommender {
  #core;
  #store;
  #turns;
  #every;
  /** Records told since the last snapshot. */
  #since = 0;
  /** Users to be forgotten at the next turn. */
  #forgetting = new Map();
  #closed;

  /** What was noticed at opening: a torn tail, a snapshot that was passed over. @type {string[]} */
  notes;

  constructor(core, store, { notes, checkpointEvery, since }) {
    this.#core = core;
    this.#store = store;
    this.#turns = new Turns(store);
    this.#every = checkpointEvery;
    this.#since = since;
    this.notes = notes;
  }

  static {
    for (const ask of ASKS) {
      this.prototype[ask] = function (...args) {
        return this.#core[ask](...args);
      };
    }
  }

  async observe(interaction) {
    return this.#change({ observe: plain(interaction, 'interaction') }, (fresh) => fresh);
  }
  async observeAll(interactions) {
    return this.#change({ observeAll: listed(interactions, 'interactions') }, ({ observed }) => observed > 0);
  }
  async accept(decision) {
    return this.#change({ accept: sent(decision) }, ({ accepted }) => accepted);
  }

  async putItems(records) {
    return this.#put('items', records);
  }
  async putUsers(records) {
    return this.#put('users', records);
  }
  async putGroups(records) {
    return this.#put('groups', records);
  }
  async putChannels(records) {
    return this.#put('channels', records);
  }
  async removeItems(ids) {
    return this.#change({ removeItems: listed(ids, 'ids') }, (count) => count > 0);
  }
  #put(put, records) {
    return this.#change({ put, records: listed(records, put) }, (report) => report.put > 0);
  }

  async setPersonalised(user, on) {
    return this.#change({ setPersonalised: { user, on } });
  }
  async removeFacet(user, facet, at) {
    return this.#change({ removeFacet: { user, facet, at } });
  }
  async blockFacet(user, facet) {
    return this.#change({ blockFacet: { user, facet } });
  }
  async unblockFacet(user, facet) {
    return this.#change({ unblockFacet: { user, facet } });
  }
  async useModel(model) {
    return this.#change({ useModel: toBase64(bytes(model, 'model')) });
  }

  /**
   * Takes a user out of memory, log and snapshots. Those who are forgotten while the log is being rewritten share the next rewriting.
   * The log is told first, so that a rewriting that was cut short is finished at the next opening.
   */
  async forget(user) {
    this.#ready();
    if (typeof user !== 'string') throw NextpickError.invalid('user', 'a string', user);
    const told = this.#forgetting.get(user) ?? {};
    this.#forgetting.set(user, told);
    await this.#turns.alone(async (waiting) => {
      const users = [...this.#forgetting.keys()];
      // Another's turn took them along.
      if (users.length === 0) return waiting.length ? this.#store.append(waiting) : undefined;
      for (const [id, answer] of this.#forgetting) answer.known = this.#core.forget(id);
      this.#forgetting.clear();
      const snapshot = this.#core.toSnapshot();
      this.#since = 0;
      await this.#store.append([...waiting, ...users.map((id) => ({ forget: { user: id } }))]);
      return this.#store.compact(without(users), snapshot);
    });
    return told.known;
  }

  /** Every change ever told, from the first. */
  history() {
    return this.#store.history();
  }
  /** The interactions of the log: what a `fit` takes as its `events`. */
  interactions() {
    return interactionsOf(this.#store.history());
  }

  /** Writes a snapshot, so that the next opening need not read the log from the one before. */
  async checkpoint() {
    this.#ready();
    return this.#checkpoint();
  }
  #checkpoint() {
    return this.#turns.alone(async (waiting) => {
      const snapshot = this.#core.toSnapshot();
      this.#since = 0;
      if (waiting.length) await this.#store.append(waiting);
      await this.#store.checkpoint(snapshot);
    });
  }

  /** Writes what is left and a snapshot, and lets go of the store. Every later call throws `disposed`. Called twice, it does nothing. */
  close() {
    this.#closed ??= this.#close();
    return this.#closed;
  }
  async #close() {
    try {
      await (this.#since > 0 ? this.#checkpoint() : this.#turns.append([]));
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

  /** Applies a change and resolves when it is on disk; what changed nothing is not written, but waits for what came before it. */
  async #change(entry, changed = () => true) {
    this.#ready();
    const told = apply(this.#core, entry);
    const entries = changed(told) ? [entry] : [];
    const written = this.#turns.append(entries);
    if (entries.length) this.#since += weight(entry);
    if (this.#since >= this.#every) {
      this.#since = 0;
      // Its failure is kept by the turns, and told to whoever changes something next.
      this.#checkpoint().catch(() => {});
    }
    await written;
    return told;
  }
}

/** How many records an entry has to be read back. */
export const weight = (entry) => entry.observeAll?.length ?? entry.records?.length ?? 1;
