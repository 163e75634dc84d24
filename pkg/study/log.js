/** @file Passes a log to the module in chunks of bounded size, so that it need not fit into memory. */

import { NextpickError } from '../error.js';
import { checkFields } from '../options.js';
import { cloneJsonData, encodeArgument } from '../plain.js';
import { withWholeRecords } from './whole.js';

/** Records per chunk. */
const PIECE = 1000;

/** Types of records, in the order in which an input is read. */
const SORTS = ['items', 'users', 'groups', 'sent', 'interactions'];

/** @typedef {Record<string, Pieces>} PiecesBySort @typedef {(method: string, value: unknown, path: string) => unknown} Call Calls the reader in the module. */

/** Records of one type that are passed to the module in chunks. */
class Pieces {
  /** @type {object[]} */
  #waiting = [];
  #handed = 0;

  /** @param {string} sort @param {(piece: object[], first: number) => void} hand */
  constructor(sort, hand) {
    this.sort = sort;
    this.hand = hand;
  }

  /** @param {unknown} record */
  add(record) {
    this.#waiting.push(cloneJsonData(record, `${this.sort}[${this.#handed + this.#waiting.length}]`));
    if (this.#waiting.length === PIECE) this.flush();
  }

  flush() {
    if (!this.#waiting.length) return;
    this.hand(this.#waiting, this.#handed);
    this.#handed += this.#waiting.length;
    this.#waiting = [];
  }
}

/**
 * Reads an input of a study.
 *
 * @param {any} wasm
 * @param {import('../health.js').Health} health
 * @param {unknown} input
 * @returns {Promise<any>} The log in the module; the study that reads it frees it.
 */
export async function readLog(wasm, health, input) {
  const given = checkFields(input, 'input', ['log', 'config', ...SORTS]);
  const reader = health.guard(() => new wasm.StudyReader());
  const pieces = Object.fromEntries(
    SORTS.map((sort) => [sort, new Pieces(sort, (piece, first) => health.guard(() => reader.add(sort, encodeArgument(piece, sort), first)))]),
  );
  const flush = () => SORTS.forEach((sort) => pieces[sort].flush());
  /** @type {Call} */
  const call = (method, value, path) => health.guard(() => reader[method](encodeArgument(value, path)));
  try {
    if (given.log !== undefined) await readChanges(given, { wasm, health }, pieces, flush, call);
    else await readRecords(given, pieces, call);
    flush();
    return reader;
  } catch (error) {
    if (health.cause === undefined) reader.free();
    throw error;
  }
}

/** @param {any} given @param {PiecesBySort} pieces @param {Call} call */
async function readRecords(given, pieces, call) {
  if (given.interactions === undefined) throw NextpickError.invalid('interactions', 'interactions, or a `log` of changes', undefined);
  if (given.config !== undefined && given.config !== null) call('configure', given.config, 'config');
  for (const sort of SORTS) {
    if (given[sort] === undefined || given[sort] === null) continue;
    for await (const record of iterable(given[sort], sort)) pieces[sort].add(record);
  }
}

/**
 * Reads the changes of a durable recommender. Records before a change that affects them are passed first.
 *
 * @param {any} given
 * @param {{ wasm: any, health: import('../health.js').Health }} module
 * @param {PiecesBySort} pieces
 * @param {() => void} flush
 * @param {Call} call
 */
async function readChanges(given, module, pieces, flush, call) {
  const other = SORTS.find((sort) => given[sort] !== undefined) ?? (given.config === undefined ? undefined : 'config');
  /** Reserved decisions by id: one is a message once its sending is confirmed. */
  const reserved = new Map();
  if (other) throw NextpickError.invalid(other, 'nothing in addition to a `log`, which has all of it', given[other]);
  for await (const entry of withWholeRecords(iterable(given.log, 'log'), module)) {
    if (entry === null || typeof entry !== 'object') throw NextpickError.invalid('log', 'changes as `history()` returns them', entry);
    if ('config' in entry) call('configure', entry.config ?? {}, 'config');
    else if ('accept' in entry) pieces.sent.add(entry.accept);
    else if ('reserve' in entry) reserved.set(entry.reserve.id, entry.reserve);
    else if ('confirm' in entry) {
      const sent = reserved.get(entry.confirm.decision);
      // The reservation for a deleted user is deleted, its confirmation is not.
      if (sent) pieces.sent.add({ ...sent, at: entry.confirm.at });
    }
    else if ('observe' in entry) pieces.interactions.add(entry.observe);
    else if ('observeAll' in entry) for (const interaction of [entry.observeAll].flat()) pieces.interactions.add(interaction);
    else if ('put' in entry) for (const record of entry.records) pieces[entry.put]?.add(record);
    else if (CHANGES.some((name) => name in entry)) {
      flush();
      call('change', entry, 'log');
      if ('moveGroup' in entry) moveGroup(reserved, entry.moveGroup);
    }
  }
}

/** Changes that affect records read before them. */
const CHANGES = ['join', 'leave', 'moveGroup', 'release', 'setPersonalised'];

/**
 * Sets the new id of a group in the decisions reserved for it.
 *
 * @param {Map<string, import('../index.js').Sent>} reserved
 * @param {{ from: string, to: string }} move
 */
function moveGroup(reserved, { from, to }) {
  for (const [id, sent] of reserved) if (sent.subject.group === from) reserved.set(id, { ...sent, subject: { ...sent.subject, group: to } });
}

/** Returns an iterable or asynchronous iterable; text would be read letter by letter. @param {any} given @param {string} path */
function iterable(given, path) {
  const isIterable = typeof given === 'object' && (Symbol.iterator in given || Symbol.asyncIterator in given);
  if (!isIterable) throw NextpickError.invalid(path, 'a list, or an iterable or asynchronous iterable of records', given);
  return given;
}
