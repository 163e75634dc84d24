// Runs a case (a list of steps, each `[verb, ...arguments]`) on a recommender. Invariants after every step:
//   - no trap; every thrown error is a NextpickError with code, path and rule;
//   - a refused call leaves the snapshot unchanged, byte for byte;
//   - every number of an answer is finite;
//   - no call takes more than one second of CPU time;
//   - a record is read back as it was put.
// At the end, a snapshot is loaded; it must give the same bytes and the same decisions.
import { NextpickError, createRecommender, loadRecommender } from '../../pkg/node.js';
import { NOW } from './inputs.mjs';

const CODES = new Set(['invalid', 'missing', 'unknown-field', 'limit', 'unknown', 'snapshot', 'memory', 'ahead']);
const SECOND = 1_000_000;

/** Violated invariant; `invariant` names it, so that shrinking keeps the same failure. */
export class Failure extends Error {
  constructor(invariant, message, cause) {
    super(`${invariant}: ${message}`, { cause });
    this.invariant = invariant;
  }
}

/** Runs and counts a call; checks its CPU time and the form of its error. Returns `{ answer }` or `{ refusal }`. */
export function callChecked(name, call, counter) {
  counter?.countCall();
  const start = process.cpuUsage();
  const done = (outcome) => {
    const spent = process.cpuUsage(start);
    if (spent.user + spent.system > SECOND) throw new Failure('slow', `${name} took ${((spent.user + spent.system) / 1e6).toFixed(1)} s of CPU time`);
    return outcome;
  };
  try {
    const answer = call();
    return typeof answer?.then === 'function' ? answer.then((value) => done({ answer: value }), (error) => done({ refusal: checkRefusal(name, error) })) : done({ answer });
  } catch (error) {
    if (error instanceof Failure) throw error;
    return done({ refusal: checkRefusal(name, error) });
  }
}

/** Returns the error if it has the form of a refusal; otherwise throws a Failure. */
function checkRefusal(name, error) {
  if (!(error instanceof NextpickError)) throw new Failure('error', `${name} threw ${error?.stack ?? error}`, error);
  if (error.code === 'broken') throw new Failure('trap', `${name}: ${error.message}`, error);
  if (!CODES.has(error.code)) throw new Failure('refusal', `${name}: code ${error.code} (${error.message})`, error);
  if (typeof error.path !== 'string' || !error.rule || error.message.length > 2000) throw new Failure('refusal', `${name}: expected a path and a rule, got "${error.path}" and "${error.rule}" (${error.message.slice(0, 200)})`, error);
  return error;
}

/** Describes the first number of an answer that is not finite, or the first `null` in place of a number; undefined if there is none. */
export function findBadNumber(value, path = 'answer') {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'data') continue;
    if (inner === null && (Array.isArray(value) ? false : NUMBERS.has(name) || /chances|kinds|objective/.test(path))) return `${path}.${name} is null`;
    const found = findBadNumber(inner, `${path}.${name}`);
    if (found) return found;
  }
  return undefined;
}

const NUMBERS = new Set(['score', 'propensity', 'amount', 'short', 'long', 'similarity', 'alike', 'until', 'at', 'last', 'rank', 'count']);

/** Verbs that change state: a refusal must leave the snapshot unchanged. */
const CHANGING_VERBS = new Set(['putItems', 'putUsers', 'putGroups', 'putChannels', 'patchItems', 'patchUsers', 'patchGroups', 'removeItems', 'removeGroups', 'observe', 'observeAll', 'observeColumns', 'accept', 'setPersonalised', 'removeFacet', 'blockFacet', 'unblockFacet', 'forget', 'expire', 'join', 'leave', 'moveGroup', 'release', 'useModel', 'merge', 'setOperations', 'reserve', 'confirm']);

/** Requests that are decided before and after a snapshot. */
const REQUESTS = [{ user: 'u0', now: NOW, count: 9 }, { group: 'g0', now: NOW + 3_600_000, count: 3 }, { user: 'nobody', now: NOW + 60_000, count: 9 }, { user: 'u1', group: 'g1', now: NOW, count: 2 }];

/** Decides all requests and returns the answers as text. */
const decideAll = (rec, counter) => REQUESTS.map((request) => {
  const { answer } = callChecked('recommend', () => rec.recommend(request, { explain: true }), counter);
  const wrong = findBadNumber(answer);
  if (wrong) throw new Failure('number', `recommend ${JSON.stringify(request)}: ${wrong}`);
  return JSON.stringify(answer);
});

/** Runs steps on a recommender and checks the invariants. */
export class CaseRunner {
  constructor(rec, counter) {
    this.rec = rec;
    this.counter = counter;
    /** Latest version of each record put, by type and id. */
    this.records = new Map();
  }

  /** True if a facet was removed or blocked for any user: later records of users lose it too. */
  #facetsWithheld = false;

  /** Runs a step and checks it. Skips a verb that this build does not have. */
  runStep([verb, ...given]) {
    if (typeof this.rec[verb] !== 'function') return {};
    const before = CHANGING_VERBS.has(verb) && this.rec.toSnapshot();
    const { answer, refusal } = callChecked(verb, () => this.rec[verb](...given), this.counter);
    if (refusal) {
      this.counter?.countRefusal();
      if (before && !equalBytes(before, this.rec.toSnapshot())) throw new Failure('changed', `${verb} was refused (${refusal.message.slice(0, 200)}) and changed the state`);
      return { refusal };
    }
    const wrong = findBadNumber(typeof answer === 'string' ? JSON.parse(answer) : answer);
    if (wrong) throw new Failure('number', `${verb}: ${wrong}`);
    if (verb === 'removeFacet' || verb === 'blockFacet') this.#facetsWithheld = true;
    if (/^put/.test(verb)) this.#checkRecords(verb.slice(3).toLowerCase(), given[0]);
    else if (CHANGING_VERBS.has(verb)) this.records.clear();
    return { answer };
  }

  /** Checks that all records put are read back unchanged. */
  #checkRecords(sort, records) {
    const one = { items: 'item', users: 'user', groups: 'group', channels: 'channel' }[sort];
    for (const record of Array.isArray(records) ? records : [records]) this.records.set(`${sort} ${record.id}`, [one, record]);
    for (const [one, record] of this.records.values()) {
      const kept = this.rec[one](record.id);
      const changed = Object.keys(record).find((field) => !(this.#facetsWithheld && one === 'user' && field !== 'data') && !isKept(one, field, record[field], kept?.[field]));
      if (changed !== undefined) throw new Failure('lost', `${one} ${record.id}: ${changed} was put as ${text(record[changed])} and read back as ${text(kept?.[changed])}`);
    }
  }

  /** Checks that a loaded snapshot has the same bytes and makes the same decisions. */
  async checkSnapshot() {
    const bytes = this.rec.toSnapshot();
    const { answer: again, refusal } = await callChecked('loadRecommender', () => loadRecommender(bytes), this.counter);
    if (refusal) throw new Failure('snapshot', `the snapshot of this recommender is refused: ${refusal.message}`);
    try {
      const [ours, theirs] = [decideAll(this.rec, this.counter), decideAll(again, this.counter)];
      const other = ours.findIndex((decision, i) => decision !== theirs[i]);
      if (other >= 0) throw new Failure('snapshot', `after a snapshot, ${JSON.stringify(REQUESTS[other])} has another answer: ${describeDifference(ours[other], theirs[other])}`);
      if (!equalBytes(bytes, again.toSnapshot())) throw new Failure('snapshot', 'the snapshot of the loaded recommender has other bytes');
    } finally {
      again.dispose();
    }
  }
}

/** True if two byte arrays are equal. */
const equalBytes = (a, b) => Buffer.compare(a, b) === 0;

const text = (value) => (typeof value === 'number' ? String(value) : JSON.stringify(value)?.slice(0, 200));

function describeDifference(a, b) {
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return `…${a.slice(Math.max(0, at - 40), at + 60)}… and …${b.slice(Math.max(0, at - 40), at + 60)}…`;
}

/**
 * True if a field is read back as it was put. Of texts, only terms are stored; lists of weights and members may come
 * back as objects; an empty list of caps means the same as none.
 */
function isKept(one, field, put, kept) {
  if (put === undefined || put === null) return true;
  if (field === 'caps' && put.length === 0) return kept === undefined;
  if (one === 'item' && (field === 'text' || field === 'facets')) return true;
  return toWellFormedJson(canonical(field, put)) === toWellFormedJson(canonical(field, kept));
}

/** Writes JSON. UTF-8 cannot encode half of a surrogate pair, which is stored as U+FFFD (tests/node/malformed.test.mjs). */
const toWellFormedJson = (value) => JSON.stringify(value)?.replace(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd');

function canonical(field, value) {
  if (field === 'data') return tagNonFinite(value);
  if (field === 'tags' && value) return Array.isArray(value) ? [...new Set(value)].sort().map((tag) => [tag, 1]) : Object.entries(value).sort();
  if (field === 'members') return value?.map((member) => (typeof member === 'string' ? { user: member } : dropEmptyFields(member)));
  return value && typeof value === 'object' && !Array.isArray(value) ? dropEmptyFields(value) : value;
}

/** Tags NaN and infinities, which JSON would write as null. */
function tagNonFinite(value) {
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (Array.isArray(value)) return value.map(tagNonFinite);
  return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort().map(([name, inner]) => [name, tagNonFinite(inner)])) : value;
}

/** Removes fields that are null, and sorts the others: null means absent, and order has no meaning. */
const dropEmptyFields = (value) => Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined).sort());

/**
 * Runs a case on a new recommender. Throws the first Failure.
 * @param {{ config?: object, steps: unknown[][], expect?: Record<number, object> }} testCase `expect`: fields of the answer to a step, by the number
 *   of the step from the end (-1 is the last); `items` are those of its picks, `{ refused: true }` is a refusal.
 */
export async function runCase({ config, steps, expect = {} }, counter) {
  const { answer: rec, refusal } = await callChecked('createRecommender', () => createRecommender({ config }), counter);
  if (refusal) return void counter?.countRefusal();
  const runner = new CaseRunner(rec, counter);
  try {
    for (const [i, step] of steps.entries()) checkExpectation(step, runner.runStep(step), expect[i - steps.length]);
    await runner.checkSnapshot();
  } finally {
    rec.dispose();
  }
}

function checkExpectation(step, { answer, refusal }, wanted = {}) {
  const got = { ...answer, items: answer?.picks?.map(({ item }) => item), refused: Boolean(refusal) };
  for (const [field, value] of Object.entries(wanted)) {
    if (JSON.stringify(got[field]) !== JSON.stringify(value)) throw new Failure('expected', `${text(step)}: ${field} is ${text(got[field])} and not ${text(value)} (${refusal?.message ?? 'accepted'})`);
  }
}
