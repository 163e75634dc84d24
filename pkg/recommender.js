/** @file The public object around the module: plain objects in and out, and a guard on every call. */

import { toBytes } from './bytes.js';
import { NextpickError } from './error.js';
import { FORK } from './fork.js';
import { GuardedCore } from './guarded-core.js';
import { acceptOptions, checkCount, checkId, checkSlates, checkString, checkTime, decisionOptions } from './options.js';
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

  static {
    coreOf = (recommender) => recommender.#core.core;
  }

  /**
   * @param {object} core The module's `Core`; owned from now on.
   * @param {import('./health.js').Health} health
   * @param {() => number} [clock] Returns the host's time in milliseconds; called with each change.
   */
  constructor(core, health, clock) {
    this.#core = new GuardedCore(core, health, clock);
  }

  /** Runs a query with a request. @param {string} method @param {unknown} request */
  #query(method, request) {
    const given = encodeArgument(request, 'request');
    return this.#core.readJson((core) => core[method](given));
  }

  /** @param {unknown} items */
  putItems(items) {
    return this.#put('putItems', 'items', items);
  }
  /** @param {unknown} users */
  putUsers(users) {
    return this.#put('putUsers', 'users', users);
  }
  /** @param {unknown} groups */
  putGroups(groups) {
    return this.#put('putGroups', 'groups', groups);
  }
  /** @param {unknown} channels */
  putChannels(channels) {
    return this.#put('putChannels', 'channels', channels);
  }
  /** @param {unknown} patches */
  patchItems(patches) {
    return this.#patch('patchItems', 'items', patches);
  }
  /** @param {unknown} patches */
  patchUsers(patches) {
    return this.#patch('patchUsers', 'users', patches);
  }
  /** @param {unknown} patches */
  patchGroups(patches) {
    return this.#patch('patchGroups', 'groups', patches);
  }
  /** @param {unknown} joining */
  join(joining) {
    const given = encodeArgument(joining, 'joining');
    return this.#core.run((core) => core.join(given));
  }
  /** @param {unknown} leaving */
  leave(leaving) {
    const given = encodeArgument(leaving, 'leaving');
    return this.#core.run((core) => core.leave(given));
  }
  /** @param {unknown} moving */
  moveGroup(moving) {
    const given = encodeArgument(moving, 'moving');
    return this.#core.run((core) => core.moveGroup(given));
  }
  /** @param {unknown} ids */
  removeItems(ids) {
    const list = encodeArgument(typeof ids === 'string' ? [ids] : ids, 'ids');
    return this.#core.run((core) => core.removeItems(list));
  }
  /** @param {unknown} ids */
  removeGroups(ids) {
    const list = encodeArgument(typeof ids === 'string' ? [ids] : ids, 'ids');
    return this.#core.run((core) => core.removeGroups(list));
  }
  /** @param {string} method @param {string} path @param {unknown} patches */
  #patch(method, path, patches) {
    const given = encodeArgument(patches, path);
    return this.#core.readJson((core) => core[method](given));
  }
  /** @param {string} method @param {string} path @param {unknown} records */
  #put(method, path, records) {
    const given = encodeArgument(records, path);
    const report = this.#core.run((core) => core[method](given));
    return typeof report === 'number' ? { put: report } : JSON.parse(report);
  }

  items() {
    return this.#core.list('items');
  }
  users() {
    return this.#core.list('users');
  }
  groups() {
    return this.#core.list('groups');
  }
  channels() {
    return this.#core.list('channels');
  }
  userIds() {
    return this.#core.list('userIds');
  }
  groupIds() {
    return this.#core.list('groupIds');
  }
  itemIds() {
    return this.#core.list('itemIds');
  }
  /** @param {unknown} ids */
  userNumbers(ids) {
    const list = encodeArgument(ids, 'ids');
    return this.#core.run((core) => core.userNumbers(list));
  }
  /** @param {unknown} given */
  item(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.record('items', name));
  }
  /** @param {unknown} given */
  user(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.record('users', name));
  }
  /** @param {unknown} given */
  group(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.record('groups', name));
  }
  /** @param {unknown} given */
  channel(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.record('channels', name));
  }

  /** @param {unknown} interaction @param {unknown} [options] */
  observe(interaction, options) {
    const given = encodeArgument(interaction, 'interaction');
    return this.#core.runAt(options, (core) => core.observe(given));
  }
  /** @param {unknown} interactions @param {unknown} [options] */
  observeAll(interactions, options) {
    const given = encodeArgument(interactions, 'interactions');
    return JSON.parse(this.#core.runAt(options, (core) => core.observeAll(given)));
  }
  /** @param {any} columns @param {unknown} [options] */
  observeColumns(columns, options) {
    // Typed arrays are kept, and lists of names cross in one piece.
    const { users, groups, items, kinds, ...rows } = { ...columns };
    const given = cloneForModule(rows, 'columns');
    for (const [list, names] of Object.entries({ users, groups, items, kinds })) given[list] = encodeArgument(names, 'columns');
    return JSON.parse(this.#core.runAt(options, (core) => core.observeColumns(given)));
  }

  /** @param {unknown} request @param {unknown} [options] */
  recommend(request, options) {
    const given = encodeArgument(request, 'request');
    const { explain, reasons } = decisionOptions(options);
    return this.#core.readJson((core) => core.recommend(given, explain, reasons));
  }
  /** @param {unknown} request @param {unknown} [options] */
  recommendText(request, options) {
    const json = checkString(request, 'request');
    const { explain, reasons } = decisionOptions(options);
    return this.#core.run((core) => core.recommend(json, explain, reasons));
  }
  /** @param {unknown} requests @param {unknown} [options] */
  recommendTexts(requests, options) {
    if (!Array.isArray(requests)) throw NextpickError.invalid('requests', 'a list of JSON texts', requests);
    const texts = requests.map((request, n) => checkString(request, `requests[${n}]`));
    const { explain, reasons } = decisionOptions(options);
    const answers = this.#core.run((core) => core.recommendTexts(texts, explain, reasons));
    return answers.map((/** @type {unknown} */ answer) => (typeof answer === 'string' ? answer : NextpickError.from(answer)));
  }
  /** @param {unknown} requests @param {unknown} [options] */
  recommendAll(requests, options) {
    const given = encodeArgument(requests, 'requests');
    const { explain, reasons } = decisionOptions(options);
    return this.#core.readJson((core) => core.recommendAll(given, explain, reasons));
  }
  /** @param {unknown} users @param {unknown} now @param {unknown} count @param {unknown} items @param {unknown} scores */
  recommendInto(users, now, count, items, scores) {
    checkSlates(users, now, count, items, scores);
    this.#core.run((core) => core.recommendInto(users, now, count, items, scores));
  }
  /** @param {unknown} request @param {unknown} item */
  explainItem(request, item) {
    const [given, name] = [encodeArgument(request, 'request'), checkId(item, 'item')];
    return this.#core.readJson((core) => core.explainItem(given, name));
  }
  /** @param {unknown} request @param {unknown} [page] */
  refusals(request, page) {
    const [given, part] = [encodeArgument(request, 'request'), encodeArgument(page ?? {}, 'page')];
    return this.#core.readJson((core) => core.refusals(given, part));
  }
  /** @param {unknown} request @param {unknown} [placed] */
  propensities(request, placed = []) {
    const [given, list] = [encodeArgument(request, 'request'), encodeArgument(placed, 'placed')];
    const [items, propensities, utilities] = this.#core.run((core) => core.propensities(given, list));
    return { items: JSON.parse(items), propensities, utilities };
  }
  /** @param {unknown} decision @param {unknown} [options] */
  accept(decision, options) {
    const given = encodeArgument(decision, 'decision');
    const { now, at, recheck } = acceptOptions(options);
    return JSON.parse(this.#core.runAt({ now }, (core) => core.accept(given, at, recheck)));
  }
  /** @param {unknown} operations */
  setOperations(operations) {
    const given = encodeArgument(operations, 'operations');
    this.#core.run((core) => core.setOperations(given));
  }
  operations() {
    return this.#core.readJson((core) => core.operations()) ?? null;
  }
  /** @param {unknown} request */
  tierReport(request) {
    return this.#query('tierReport', request);
  }
  /** @param {unknown} request */
  contentStatus(request) {
    return this.#query('contentStatus', request);
  }
  /** @param {unknown} request */
  dueSteps(request) {
    return this.#query('dueSteps', request);
  }
  /** @param {unknown} request */
  journeyStatus(request) {
    return this.#query('journeyStatus', request);
  }
  /** @param {unknown} decision @param {unknown} until @param {unknown} [options] */
  reserve(decision, until, options) {
    const [given, end] = [encodeArgument(decision, 'decision'), checkTime(until, 'until')];
    return JSON.parse(this.#core.runAt(options, (core) => core.reserve(given, end)));
  }
  /** @param {unknown} decision @param {unknown} at @param {unknown} [options] */
  confirm(decision, at, options) {
    const [name, when] = [checkId(decision, 'decision'), checkTime(at, 'at')];
    return JSON.parse(this.#core.runAt(options, (core) => core.confirm(name, when)));
  }
  /** @param {unknown} given */
  decision(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.decision(name));
  }
  /** @param {unknown} decision */
  release(decision) {
    const name = checkId(decision, 'decision');
    return this.#core.run((core) => core.release(name));
  }
  prepare() {
    this.#core.run((core) => core.prepare());
  }
  /** @param {number} entries */
  setLogPosition(entries) {
    this.#core.run((core) => core.setLogPosition(entries));
  }
  trustedTime() {
    return this.#core.run((core) => core.clock());
  }

  /** @param {unknown} user @param {unknown} on */
  setPersonalised(user, on) {
    const name = checkId(user, 'user');
    if (typeof on !== 'boolean') throw NextpickError.invalid('on', 'true or false', on);
    this.#core.run((core) => core.setPersonalised(name, on));
  }
  /** @param {unknown} user @param {unknown} facet @param {unknown} at */
  removeFacet(user, facet, at) {
    const [name, named, when] = [checkId(user, 'user'), checkId(facet, 'facet'), checkTime(at, 'at')];
    this.#core.runErasing((core) => core.removeFacet(name, named, when));
  }
  /** @param {unknown} user @param {unknown} facet */
  blockFacet(user, facet) {
    const [name, named] = [checkId(user, 'user'), checkId(facet, 'facet')];
    this.#core.run((core) => core.blockFacet(name, named, true));
  }
  /** @param {unknown} user @param {unknown} facet */
  unblockFacet(user, facet) {
    const [name, named] = [checkId(user, 'user'), checkId(facet, 'facet')];
    this.#core.run((core) => core.blockFacet(name, named, false));
  }
  /** @param {unknown} user */
  forget(user) {
    const name = checkId(user, 'user');
    return this.#core.runErasing((core) => core.forget(name));
  }

  /** @param {unknown} before */
  expire(before) {
    if (typeof before !== 'number') throw NextpickError.invalid('before', 'a time in milliseconds', before);
    return this.#core.runErasing((core) => core.expire(before));
  }

  /** @param {unknown} subject */
  profile(subject) {
    const given = encodeArgument(subject, 'profile');
    return this.#core.readJson((core) => core.profile(given));
  }
  /** @param {unknown} item @param {unknown} [count] @param {unknown} [options] */
  similar(item, count = 10, options) {
    const [name, most] = [checkId(item, 'item'), checkCount(count, 10_000)];
    const now = this.#core.hostTime(options);
    return this.#core.readJson((core) => core.similar(name, most, now));
  }

  toSnapshot() {
    return this.#core.readBytes((core, handOver) => core.writeSnapshot(handOver));
  }
  /** Returns a copy for decisions on trial. */
  [FORK]() {
    return this.#core.fork((core, health) => new Recommender(core, health));
  }
  /** @param {unknown} model */
  useModel(model) {
    const given = toBytes(model, 'model');
    this.#core.run((core) => core.useModel(given));
  }
  model() {
    return this.#core.readBytes((core, handOver) => core.writeModel(handOver));
  }
  /** @param {unknown} snapshot */
  merge(snapshot) {
    const given = toBytes(snapshot, 'snapshot');
    this.#core.run((core) => core.merge(given));
  }
  config() {
    return this.#core.readJson((core) => core.config());
  }
  effectiveConfig() {
    return this.#core.readJson((core) => core.effectiveConfig());
  }
  stats() {
    return this.#core.readJson((core) => core.stats());
  }

  dispose() {
    this.#core.dispose();
  }
  [dispose]() {
    this.dispose();
  }
}
