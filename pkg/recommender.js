/** @file The public object around the module: plain objects in and out, and a guard on every call. */

import { concatBytes, toBytes } from './bytes.js';
import { NextpickError } from './error.js';
import { acceptOptions, checkCount, checkId, checkSlates, checkString, checkTime, decisionOptions, hostTime } from './options.js';
import { cloneForModule, encodeArgument } from './plain.js';

/**
 * `Symbol.dispose` where the language has it; other hosts share the registered symbol.
 * @type {typeof Symbol.dispose}
 */
const dispose = Symbol.dispose ?? /** @type {any} */ (Symbol.for('Symbol.dispose'));

/** Returns the module's `Core` of a recommender, for its memory image. @type {(recommender: Recommender) => any} */
export let coreOf;

/**
 * Keeps items, subjects and interactions, and decides which items come next. Made by `createRecommender` or
 * `loadRecommender`.
 */
export class Recommender {
  #core;
  #health;
  #clock;

  static {
    coreOf = (recommender) => recommender.#core;
  }

  /**
   * @param {object} core The module's `Core`; owned from now on.
   * @param {import('./health.js').Health} health
   * @param {() => number} [clock] Returns the host's time in milliseconds; called with each change.
   */
  constructor(core, health, clock) {
    this.#core = core;
    this.#health = health;
    this.#clock = clock;
  }

  /** Runs a call on the core; throws if it was disposed. */
  #call(call) {
    return this.#health.guard(() => {
      if (!this.#core) throw disposed();
      return call(this.#core);
    });
  }

  /** Runs a call that changes state, at the host's time if known. */
  #callAt(options, call) {
    const now = hostTime(options, this.#clock);
    return this.#call((core) => {
      if (now !== undefined) core.advanceClock(now);
      return call(core);
    });
  }

  /** Runs a call after which something must be gone: freed memory still holds it. */
  #callErasing(call) {
    this.#health.hasErased = true;
    return this.#call(call);
  }

  /**
   * Returns all records of a type. The module returns them in lists, so that it never holds the text of all of them.
   */
  #list(sort) {
    const all = [];
    this.#call((core) => core.list(sort, (list) => void all.push(...JSON.parse(list))));
    return all;
  }

  /** Runs a call that returns bytes in pieces and then the header that precedes them, if there are any. */
  #readBytes(call) {
    const pieces = [];
    const header = this.#call((core) => call(core, (piece) => void pieces.push(piece)));
    return header && concatBytes([header, ...pieces]);
  }

  /** Runs a call that returns JSON text, and parses it. */
  #readJson(call) {
    const text = this.#call(call);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Runs a call that reads what a request asks for. */
  #ask(method, request) {
    const given = encodeArgument(request, 'request');
    return this.#readJson((core) => core[method](given));
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
  patchItems(patches) {
    return this.#patch('patchItems', 'items', patches);
  }
  patchUsers(patches) {
    return this.#patch('patchUsers', 'users', patches);
  }
  patchGroups(patches) {
    return this.#patch('patchGroups', 'groups', patches);
  }
  join(joining) {
    const given = encodeArgument(joining, 'joining');
    return this.#call((core) => core.join(given));
  }
  leave(leaving) {
    const given = encodeArgument(leaving, 'leaving');
    return this.#call((core) => core.leave(given));
  }
  moveGroup(moving) {
    const given = encodeArgument(moving, 'moving');
    return this.#call((core) => core.moveGroup(given));
  }
  removeItems(ids) {
    const list = encodeArgument(typeof ids === 'string' ? [ids] : ids, 'ids');
    return this.#call((core) => core.removeItems(list));
  }
  removeGroups(ids) {
    const list = encodeArgument(typeof ids === 'string' ? [ids] : ids, 'ids');
    return this.#call((core) => core.removeGroups(list));
  }
  #patch(method, path, patches) {
    const given = encodeArgument(patches, path);
    return this.#readJson((core) => core[method](given));
  }
  #put(method, path, records) {
    const given = encodeArgument(records, path);
    const report = this.#call((core) => core[method](given));
    return typeof report === 'number' ? { put: report } : JSON.parse(report);
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
  itemIds() {
    return this.#list('itemIds');
  }
  userNumbers(ids) {
    const list = encodeArgument(ids, 'ids');
    return this.#call((core) => core.userNumbers(list));
  }
  item(given) {
    const name = checkId(given, 'id');
    return this.#readJson((core) => core.record('items', name));
  }
  user(given) {
    const name = checkId(given, 'id');
    return this.#readJson((core) => core.record('users', name));
  }
  group(given) {
    const name = checkId(given, 'id');
    return this.#readJson((core) => core.record('groups', name));
  }
  channel(given) {
    const name = checkId(given, 'id');
    return this.#readJson((core) => core.record('channels', name));
  }

  observe(interaction, options) {
    const given = encodeArgument(interaction, 'interaction');
    return this.#callAt(options, (core) => core.observe(given));
  }
  observeAll(interactions, options) {
    const given = encodeArgument(interactions, 'interactions');
    return JSON.parse(this.#callAt(options, (core) => core.observeAll(given)));
  }
  observeColumns(columns, options) {
    // Typed arrays are kept, and lists of names cross in one piece.
    const { users, groups, items, kinds, ...rows } = { ...columns };
    const given = cloneForModule(rows, 'columns');
    for (const [list, names] of Object.entries({ users, groups, items, kinds })) given[list] = encodeArgument(names, 'columns');
    return JSON.parse(this.#callAt(options, (core) => core.observeColumns(given)));
  }

  recommend(request, options) {
    const given = encodeArgument(request, 'request');
    const { explain, reasons } = decisionOptions(options);
    return this.#readJson((core) => core.recommend(given, explain, reasons));
  }
  recommendText(request, options) {
    const json = checkString(request, 'request');
    const { explain, reasons } = decisionOptions(options);
    return this.#call((core) => core.recommend(json, explain, reasons));
  }
  recommendTexts(requests, options) {
    const texts = Array.from(requests, (request, n) => checkString(request, `requests[${n}]`));
    const { explain, reasons } = decisionOptions(options);
    const answers = this.#call((core) => core.recommendTexts(texts, explain, reasons));
    return answers.map((answer) => (typeof answer === 'string' ? answer : NextpickError.from(answer)));
  }
  recommendAll(requests, options) {
    const given = encodeArgument(requests, 'requests');
    const { explain, reasons } = decisionOptions(options);
    return this.#readJson((core) => core.recommendAll(given, explain, reasons));
  }
  recommendInto(users, now, count, items, scores) {
    checkSlates(users, now, count, items, scores);
    this.#call((core) => core.recommendInto(users, now, count, items, scores));
  }
  explainItem(request, item) {
    const [given, name] = [encodeArgument(request, 'request'), checkId(item, 'item')];
    return this.#readJson((core) => core.explainItem(given, name));
  }
  refusals(request, page) {
    const [given, part] = [encodeArgument(request, 'request'), encodeArgument(page ?? {}, 'page')];
    return this.#readJson((core) => core.refusals(given, part));
  }
  propensities(request, placed = []) {
    const [given, list] = [encodeArgument(request, 'request'), encodeArgument(placed, 'placed')];
    const [items, propensities, utilities] = this.#call((core) => core.propensities(given, list));
    return { items: JSON.parse(items), propensities, utilities };
  }
  accept(decision, options) {
    const given = encodeArgument(decision, 'decision');
    const { now, at, recheck } = acceptOptions(options);
    return JSON.parse(this.#callAt({ now }, (core) => core.accept(given, at, recheck)));
  }
  setOperations(operations) {
    const given = encodeArgument(operations, 'operations');
    this.#call((core) => core.setOperations(given));
  }
  operations() {
    return this.#readJson((core) => core.operations()) ?? null;
  }
  tierReport(request) {
    return this.#ask('tierReport', request);
  }
  contentStatus(request) {
    return this.#ask('contentStatus', request);
  }
  dueSteps(request) {
    return this.#ask('dueSteps', request);
  }
  journeyStatus(request) {
    return this.#ask('journeyStatus', request);
  }
  reserve(decision, until, options) {
    const [given, end] = [encodeArgument(decision, 'decision'), checkTime(until, 'until')];
    return JSON.parse(this.#callAt(options, (core) => core.reserve(given, end)));
  }
  confirm(decision, at, options) {
    const [name, when] = [checkId(decision, 'decision'), checkTime(at, 'at')];
    return JSON.parse(this.#callAt(options, (core) => core.confirm(name, when)));
  }
  decision(given) {
    const name = checkId(given, 'id');
    return this.#readJson((core) => core.decision(name));
  }
  release(decision) {
    const name = checkId(decision, 'decision');
    return this.#call((core) => core.release(name));
  }
  prepare() {
    this.#call((core) => core.prepare());
  }
  setLogPosition(entries) {
    this.#call((core) => core.setLogPosition(entries));
  }
  trustedTime() {
    return this.#call((core) => core.clock());
  }

  setPersonalised(user, on) {
    const name = checkId(user, 'user');
    if (typeof on !== 'boolean') throw NextpickError.invalid('on', 'true or false', on);
    this.#call((core) => core.setPersonalised(name, on));
  }
  removeFacet(user, facet, at) {
    const [name, named, when] = [checkId(user, 'user'), checkId(facet, 'facet'), checkTime(at, 'at')];
    this.#callErasing((core) => core.removeFacet(name, named, when));
  }
  blockFacet(user, facet) {
    const [name, named] = [checkId(user, 'user'), checkId(facet, 'facet')];
    this.#call((core) => core.blockFacet(name, named, true));
  }
  unblockFacet(user, facet) {
    const [name, named] = [checkId(user, 'user'), checkId(facet, 'facet')];
    this.#call((core) => core.blockFacet(name, named, false));
  }
  forget(user) {
    const name = checkId(user, 'user');
    return this.#callErasing((core) => core.forget(name));
  }

  expire(before) {
    if (typeof before !== 'number') throw NextpickError.invalid('before', 'a time in milliseconds', before);
    return this.#callErasing((core) => core.expire(before));
  }

  profile(subject) {
    const given = encodeArgument(subject, 'profile');
    return this.#readJson((core) => core.profile(given));
  }
  similar(item, count = 10, options) {
    const [name, most] = [checkId(item, 'item'), checkCount(count, 10_000)];
    const now = hostTime(options, this.#clock);
    return this.#readJson((core) => core.similar(name, most, now));
  }

  toSnapshot() {
    return this.#readBytes((core, handOver) => core.writeSnapshot(handOver));
  }
  useModel(model) {
    const given = toBytes(model, 'model');
    this.#call((core) => core.useModel(given));
  }
  model() {
    return this.#readBytes((core, handOver) => core.writeModel(handOver));
  }
  merge(snapshot) {
    const given = toBytes(snapshot, 'snapshot');
    this.#call((core) => core.merge(given));
  }
  config() {
    return this.#readJson((core) => core.config());
  }
  effectiveConfig() {
    return this.#readJson((core) => core.effectiveConfig());
  }
  stats() {
    return this.#readJson((core) => core.stats());
  }

  dispose() {
    const core = this.#core;
    this.#core = undefined;
    // Freeing runs code of the module: after a trap its memory is left until the page or process ends.
    if (core && this.#health.cause === undefined) this.#health.guard(() => core.free());
  }
  [dispose]() {
    this.dispose();
  }
}

function disposed() {
  return new NextpickError('disposed', 'this recommender was disposed of and answers no more');
}
