// @ts-check
/** @file The friendly object around the module: plain objects in, plain objects out, and a guard on every call. */

import { NextpickError } from './error.js';
import { Health } from './health.js';
import { checkClock, fieldsOf, hostTime, limit, moment, switches } from './options.js';
import { handed, plain } from './plain.js';

/** What bounds a recommender, and what it may start from besides. */
const BOUNDS = ['clock', 'maxBytes'];
const WORLD = ['items', 'users', 'groups', 'channels', 'interactions', 'config', 'model', ...BOUNDS];

/**
 * `using rec = await createRecommender()` where the language has it; hosts without it share the registered symbol.
 * @type {typeof Symbol.dispose}
 */
const dispose = Symbol.dispose ?? /** @type {any} */ (Symbol.for('Symbol.dispose'));

/** Remembers what it is told and decides what comes next. Made by `createRecommender` or `loadRecommender`. */
export class Recommender {
  #core;
  #health;
  #clock;

  /**
   * @param {object} core The module's `Core`; owned from now on.
   * @param {Health} health
   * @param {() => number} [clock] The host's own time, in ms, asked for with each change.
   */
  constructor(core, health, clock) {
    this.#core = core;
    this.#health = health;
    this.#clock = clock;
  }

  /** Runs a call on the living core. */
  #call(call) {
    return this.#health.guard(() => {
      if (!this.#core) throw disposed();
      return call(this.#core);
    });
  }

  /** Runs a call that changes something, at the host's own time where it is known. */
  #callAt(options, call) {
    const now = hostTime(options, this.#clock);
    return this.#call((core) => {
      if (now !== undefined) core.advanceClock(now);
      return call(core);
    });
  }

  /** All records of one sort. They come in lists, so that the module never holds the text of all of them. */
  #list(sort) {
    const all = [];
    this.#call((core) => core.list(sort, (list) => void all.push(...JSON.parse(list))));
    return all;
  }

  /** Runs a call that hands over bytes in pieces and answers with the header that stands before them, if there are any. */
  #written(call) {
    const pieces = [];
    const header = this.#call((core) => call(core, (piece) => void pieces.push(piece)));
    return header && joined([header, ...pieces]);
  }

  /** Runs a call that answers JSON text. */
  #ask(call) {
    const text = this.#call(call);
    return text === undefined ? undefined : JSON.parse(text);
  }

  putItems(items) {
    return this.#put('putItems', 'items', items);
  }
  putUsers(users) {
    return this.#put('putUsers', 'users', users);
  }
  putGroups(groups) {
    return this.#put('putGroups', 'groups', groups);
  }
  putChannels(channels) {
    return this.#put('putChannels', 'channels', channels);
  }
  join(joining) {
    const given = handed(joining, 'joining');
    return this.#call((core) => core.join(given));
  }
  leave(leaving) {
    const given = handed(leaving, 'leaving');
    return this.#call((core) => core.leave(given));
  }
  moveGroup(moving) {
    const given = handed(moving, 'moving');
    return this.#call((core) => core.moveGroup(given));
  }
  removeItems(ids) {
    const list = plain(typeof ids === 'string' ? [ids] : ids, 'ids');
    return this.#call((core) => core.removeItems(list));
  }
  #put(method, path, records) {
    const given = handed(records, path);
    const told = this.#call((core) => core[method](given));
    return typeof told === 'number' ? { put: told } : JSON.parse(told);
  }

  items() {
    return this.#list('items');
  }
  users() {
    return this.#list('users');
  }
  groups() {
    return this.#list('groups');
  }
  channels() {
    return this.#list('channels');
  }
  userIds() {
    return this.#list('userIds');
  }
  groupIds() {
    return this.#list('groupIds');
  }
  item(given) {
    const name = id(given, 'id');
    return this.#ask((core) => core.record('items', name));
  }
  user(given) {
    const name = id(given, 'id');
    return this.#ask((core) => core.record('users', name));
  }
  group(given) {
    const name = id(given, 'id');
    return this.#ask((core) => core.record('groups', name));
  }
  channel(given) {
    const name = id(given, 'id');
    return this.#ask((core) => core.record('channels', name));
  }

  observe(interaction, options) {
    const given = handed(interaction, 'interaction');
    return this.#callAt(options, (core) => core.observe(given));
  }
  observeAll(interactions, options) {
    const given = handed(interactions, 'interactions');
    return JSON.parse(this.#callAt(options, (core) => core.observeAll(given)));
  }
  observeColumns(columns, options) {
    // Typed arrays stay what they are, and lists of names cross in one piece.
    const { users, groups, items, kinds, ...rows } = { ...columns };
    const given = plain(rows, 'columns');
    for (const [list, names] of Object.entries({ users, groups, items, kinds })) given[list] = handed(names, 'columns');
    return JSON.parse(this.#callAt(options, (core) => core.observeColumns(given)));
  }

  recommend(request, options) {
    const given = handed(request, 'request');
    const { explain, reasons } = switches(options);
    return this.#ask((core) => core.recommend(given, explain, reasons));
  }
  recommendText(request, options) {
    const json = text(request, 'request');
    const { explain, reasons } = switches(options);
    return this.#call((core) => core.recommend(json, explain, reasons));
  }
  recommendAll(requests, options) {
    const given = handed(requests, 'requests');
    const { explain, reasons } = switches(options);
    return this.#ask((core) => core.recommendAll(given, explain, reasons));
  }
  accept(decision, options) {
    const given = handed(decision, 'decision');
    return JSON.parse(this.#callAt(options, (core) => core.accept(given)));
  }
  decision(given) {
    const name = id(given, 'id');
    return this.#ask((core) => core.decision(name));
  }
  release(decision) {
    const name = id(decision, 'decision');
    return this.#call((core) => core.release(name));
  }
  prepare() {
    this.#call((core) => core.prepare());
  }
  trustedTime() {
    return this.#call((core) => core.clock());
  }

  setPersonalised(user, on) {
    const name = id(user, 'user');
    if (typeof on !== 'boolean') throw NextpickError.invalid('on', 'true or false', on);
    this.#call((core) => core.setPersonalised(name, on));
  }
  removeFacet(user, facet, at) {
    const [name, named] = [id(user, 'user'), id(facet, 'facet')];
    const when = moment(at, 'at');
    this.#call((core) => core.removeFacet(name, named, when));
  }
  blockFacet(user, facet) {
    const [name, named] = [id(user, 'user'), id(facet, 'facet')];
    this.#call((core) => core.blockFacet(name, named, true));
  }
  unblockFacet(user, facet) {
    const [name, named] = [id(user, 'user'), id(facet, 'facet')];
    this.#call((core) => core.blockFacet(name, named, false));
  }
  forget(user) {
    const name = id(user, 'user');
    return this.#call((core) => core.forget(name));
  }

  expire(before) {
    if (typeof before !== 'number') throw NextpickError.invalid('before', 'a time in milliseconds', before);
    return this.#call((core) => core.expire(before));
  }

  profile(subject) {
    const given = handed(subject, 'profile');
    return this.#ask((core) => core.profile(given));
  }
  similar(item, count = 10, options) {
    const name = id(item, 'item');
    if (!Number.isInteger(count) || count < 1 || count > 10_000) throw NextpickError.invalid('count', 'a whole number from 1 to 10000', count);
    const now = hostTime(options, this.#clock);
    return this.#ask((core) => core.similar(name, count, now));
  }

  toSnapshot() {
    return this.#written((core, handOver) => core.writeSnapshot(handOver));
  }
  useModel(model) {
    const given = bytes(model, 'model');
    this.#call((core) => core.useModel(given));
  }
  model() {
    return this.#written((core, handOver) => core.writeModel(handOver));
  }
  merge(snapshot) {
    const given = bytes(snapshot, 'snapshot');
    this.#call((core) => core.merge(given));
  }
  config() {
    return this.#ask((core) => core.config());
  }
  effectiveConfig() {
    return this.#ask((core) => core.effectiveConfig());
  }
  stats() {
    return this.#ask((core) => core.stats());
  }

  dispose() {
    const core = this.#core;
    this.#core = undefined;
    // Freeing runs code of the module: after a trap its memory is left to the page's end instead.
    if (core && this.#health.cause === undefined) this.#health.guard(() => core.free());
  }
  [dispose]() {
    this.dispose();
  }
}

/**
 * The two ways to a recommender, over a module that `ready` loads once.
 *
 * @param {object} wasm The module's JavaScript side.
 * @param {() => void | Promise<void>} ready Loads the module; called before each use, loads only once.
 */
export function door(wasm, ready) {
  const health = new Health(() => wasm.isOutOfMemory?.());

  /** @param {import('./index.js').World} [world] */
  async function createRecommender(world) {
    const { items, users, groups, channels, interactions, config, model, clock, maxBytes } = fieldsOf(world, 'world', WORLD);
    const given = handed(config, 'config');
    const most = limit(maxBytes);
    checkClock(clock);
    await ready();
    const recommender = new Recommender(health.guard(() => new wasm.Core(given, most)), health, clock);
    try {
      // Channels and users come first so that what names them finds them; the order changes no answer.
      if (channels) recommender.putChannels(channels);
      if (users) recommender.putUsers(users);
      if (groups) recommender.putGroups(groups);
      if (items) recommender.putItems(items);
      if (Array.isArray(interactions)) recommender.observeAll(interactions);
      else if (interactions) recommender.observeColumns(interactions);
      if (model) recommender.useModel(model);
      return recommender;
    } catch (error) {
      recommender.dispose();
      throw error;
    }
  }

  /**
   * @param {Uint8Array | ArrayBuffer | ArrayBufferView} snapshot
   * @param {import('./index.js').ClockOption & import('./index.js').Limits} [options]
   */
  async function loadRecommender(snapshot, options) {
    const { clock, maxBytes } = fieldsOf(options, 'options', BOUNDS);
    const given = bytes(snapshot, 'snapshot');
    const most = limit(maxBytes);
    checkClock(clock);
    await ready();
    return new Recommender(health.guard(() => wasm.Core.fromSnapshot(given, most)), health, clock);
  }

  return { createRecommender, loadRecommender, health };
}

function disposed() {
  return new NextpickError('disposed', 'this recommender was disposed of and answers no more');
}

function text(value, path) {
  if (typeof value !== 'string') throw NextpickError.invalid(path, 'a string', value);
  return value;
}

/** A name. No id has more than 256 bytes: of a longer one the module need not hold more than shows that. */
function id(value, path) {
  const name = text(value, path);
  return name.length > 300 ? name.slice(0, 300) : name;
}

/** Pieces of bytes as one. */
function joined(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Bytes however a host holds them: a Node Buffer, a view, or the buffer itself. */
export function bytes(value, path) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw NextpickError.invalid(path, 'bytes (a Uint8Array or an ArrayBuffer)', value);
}
