/** @file The public object around the module: plain objects in and out, and a guard on every call. */

import { toBytes } from './bytes.js';
import { NextpickError } from './error.js';
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

  /** Runs a call that reads what a request asks for. */
  #ask(method, request) {
    const given = encodeArgument(request, 'request');
    return this.#core.readJson((core) => core[method](given));
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
    return this.#core.run((core) => core.join(given));
  }
  leave(leaving) {
    const given = encodeArgument(leaving, 'leaving');
    return this.#core.run((core) => core.leave(given));
  }
  moveGroup(moving) {
    const given = encodeArgument(moving, 'moving');
    return this.#core.run((core) => core.moveGroup(given));
  }
  removeItems(ids) {
    const list = encodeArgument(typeof ids === 'string' ? [ids] : ids, 'ids');
    return this.#core.run((core) => core.removeItems(list));
  }
  removeGroups(ids) {
    const list = encodeArgument(typeof ids === 'string' ? [ids] : ids, 'ids');
    return this.#core.run((core) => core.removeGroups(list));
  }
  #patch(method, path, patches) {
    const given = encodeArgument(patches, path);
    return this.#core.readJson((core) => core[method](given));
  }
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
  userNumbers(ids) {
    const list = encodeArgument(ids, 'ids');
    return this.#core.run((core) => core.userNumbers(list));
  }
  item(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.record('items', name));
  }
  user(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.record('users', name));
  }
  group(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.record('groups', name));
  }
  channel(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.record('channels', name));
  }

  observe(interaction, options) {
    const given = encodeArgument(interaction, 'interaction');
    return this.#core.runAt(options, (core) => core.observe(given));
  }
  observeAll(interactions, options) {
    const given = encodeArgument(interactions, 'interactions');
    return JSON.parse(this.#core.runAt(options, (core) => core.observeAll(given)));
  }
  observeColumns(columns, options) {
    // Typed arrays are kept, and lists of names cross in one piece.
    const { users, groups, items, kinds, ...rows } = { ...columns };
    const given = cloneForModule(rows, 'columns');
    for (const [list, names] of Object.entries({ users, groups, items, kinds })) given[list] = encodeArgument(names, 'columns');
    return JSON.parse(this.#core.runAt(options, (core) => core.observeColumns(given)));
  }

  recommend(request, options) {
    const given = encodeArgument(request, 'request');
    const { explain, reasons } = decisionOptions(options);
    return this.#core.readJson((core) => core.recommend(given, explain, reasons));
  }
  recommendText(request, options) {
    const json = checkString(request, 'request');
    const { explain, reasons } = decisionOptions(options);
    return this.#core.run((core) => core.recommend(json, explain, reasons));
  }
  recommendTexts(requests, options) {
    if (!Array.isArray(requests)) throw NextpickError.invalid('requests', 'a list of JSON texts', requests);
    const texts = requests.map((request, n) => checkString(request, `requests[${n}]`));
    const { explain, reasons } = decisionOptions(options);
    const answers = this.#core.run((core) => core.recommendTexts(texts, explain, reasons));
    return answers.map((answer) => (typeof answer === 'string' ? answer : NextpickError.from(answer)));
  }
  recommendAll(requests, options) {
    const given = encodeArgument(requests, 'requests');
    const { explain, reasons } = decisionOptions(options);
    return this.#core.readJson((core) => core.recommendAll(given, explain, reasons));
  }
  recommendInto(users, now, count, items, scores) {
    checkSlates(users, now, count, items, scores);
    this.#core.run((core) => core.recommendInto(users, now, count, items, scores));
  }
  explainItem(request, item) {
    const [given, name] = [encodeArgument(request, 'request'), checkId(item, 'item')];
    return this.#core.readJson((core) => core.explainItem(given, name));
  }
  refusals(request, page) {
    const [given, part] = [encodeArgument(request, 'request'), encodeArgument(page ?? {}, 'page')];
    return this.#core.readJson((core) => core.refusals(given, part));
  }
  propensities(request, placed = []) {
    const [given, list] = [encodeArgument(request, 'request'), encodeArgument(placed, 'placed')];
    const [items, propensities, utilities] = this.#core.run((core) => core.propensities(given, list));
    return { items: JSON.parse(items), propensities, utilities };
  }
  accept(decision, options) {
    const given = encodeArgument(decision, 'decision');
    const { now, at, recheck } = acceptOptions(options);
    return JSON.parse(this.#core.runAt({ now }, (core) => core.accept(given, at, recheck)));
  }
  setOperations(operations) {
    const given = encodeArgument(operations, 'operations');
    this.#core.run((core) => core.setOperations(given));
  }
  operations() {
    return this.#core.readJson((core) => core.operations()) ?? null;
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
    return JSON.parse(this.#core.runAt(options, (core) => core.reserve(given, end)));
  }
  confirm(decision, at, options) {
    const [name, when] = [checkId(decision, 'decision'), checkTime(at, 'at')];
    return JSON.parse(this.#core.runAt(options, (core) => core.confirm(name, when)));
  }
  decision(given) {
    const name = checkId(given, 'id');
    return this.#core.readJson((core) => core.decision(name));
  }
  release(decision) {
    const name = checkId(decision, 'decision');
    return this.#core.run((core) => core.release(name));
  }
  prepare() {
    this.#core.run((core) => core.prepare());
  }
  setLogPosition(entries) {
    this.#core.run((core) => core.setLogPosition(entries));
  }
  trustedTime() {
    return this.#core.run((core) => core.clock());
  }

  setPersonalised(user, on) {
    const name = checkId(user, 'user');
    if (typeof on !== 'boolean') throw NextpickError.invalid('on', 'true or false', on);
    this.#core.run((core) => core.setPersonalised(name, on));
  }
  removeFacet(user, facet, at) {
    const [name, named, when] = [checkId(user, 'user'), checkId(facet, 'facet'), checkTime(at, 'at')];
    this.#core.runErasing((core) => core.removeFacet(name, named, when));
  }
  blockFacet(user, facet) {
    const [name, named] = [checkId(user, 'user'), checkId(facet, 'facet')];
    this.#core.run((core) => core.blockFacet(name, named, true));
  }
  unblockFacet(user, facet) {
    const [name, named] = [checkId(user, 'user'), checkId(facet, 'facet')];
    this.#core.run((core) => core.blockFacet(name, named, false));
  }
  forget(user) {
    const name = checkId(user, 'user');
    return this.#core.runErasing((core) => core.forget(name));
  }

  expire(before) {
    if (typeof before !== 'number') throw NextpickError.invalid('before', 'a time in milliseconds', before);
    return this.#core.runErasing((core) => core.expire(before));
  }

  profile(subject) {
    const given = encodeArgument(subject, 'profile');
    return this.#core.readJson((core) => core.profile(given));
  }
  similar(item, count = 10, options) {
    const [name, most] = [checkId(item, 'item'), checkCount(count, 10_000)];
    const now = this.#core.hostTime(options);
    return this.#core.readJson((core) => core.similar(name, most, now));
  }

  toSnapshot() {
    return this.#core.readBytes((core, handOver) => core.writeSnapshot(handOver));
  }
  useModel(model) {
    const given = toBytes(model, 'model');
    this.#core.run((core) => core.useModel(given));
  }
  model() {
    return this.#core.readBytes((core, handOver) => core.writeModel(handOver));
  }
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
