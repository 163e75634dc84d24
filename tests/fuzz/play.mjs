// Plays a case (a list of steps, each `[verb, ...arguments]`) on a recommender and checks after every step that
//   - nothing traps, and what is thrown is a NextpickError with code, path and rule, or the door's own error;
//   - a refusal has changed nothing, byte for byte;
//   - every number of an answer is finite;
//   - no call takes more than a second of CPU time;
//   - a record reads back as it was put;
// and at the end that a snapshot loads, gives the same bytes again and the same decisions.
import { NextpickError, createRecommender, loadRecommender } from '../../pkg/node.js';
import { T } from './draw.mjs';

const CODES = new Set(['invalid', 'missing', 'unknown-field', 'limit', 'unknown', 'snapshot', 'memory', 'ahead']);
const SECOND = 1_000_000;

/** Violation found in a case: `sort` names the failed check, so that shrinking keeps to it. */
export class Failure extends Error {
  constructor(sort, message, cause) {
    super(`${sort}: ${message}`, { cause });
    this.sort = sort;
  }
}

/** Runs `call`, counting it, and holds it against the clock and the rules for refusals. Gives back `{ answer }` or `{ refusal }`. */
export function checked(name, call, told) {
  told?.count(name);
  const start = process.cpuUsage();
  const done = (outcome) => {
    const spent = process.cpuUsage(start);
    if (spent.user + spent.system > SECOND) throw new Failure('slow', `${name} took ${((spent.user + spent.system) / 1e6).toFixed(1)} s of CPU time`);
    return outcome;
  };
  try {
    const answer = call();
    return typeof answer?.then === 'function' ? answer.then((value) => done({ answer: value }), (error) => done({ refusal: refused(name, error) })) : done({ answer });
  } catch (error) {
    if (error instanceof Failure) throw error;
    return done({ refusal: refused(name, error) });
  }
}

/** The error of a refusal, if it is as it must be. */
function refused(name, error) {
  if (!(error instanceof NextpickError)) throw new Failure('error', `${name} threw ${error?.stack ?? error}`, error);
  if (error.code === 'broken') throw new Failure('trap', `${name}: ${error.message}`, error);
  if (!CODES.has(error.code)) throw new Failure('refusal', `${name}: code ${error.code} (${error.message})`, error);
  if (typeof error.path !== 'string' || !error.rule || error.message.length > 2000) throw new Failure('refusal', `${name}: expected a path and a rule, got "${error.path}" and "${error.rule}" (${error.message.slice(0, 200)})`, error);
  return error;
}

/** Path of a number in an answer that is not finite, or of `null` in place of a number. */
export function unsound(value, path = 'answer') {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'data') continue;
    if (inner === null && (Array.isArray(value) ? false : NUMBERS.has(name) || /chances|kinds|objective/.test(path))) return `${path}.${name} is null`;
    const found = unsound(inner, `${path}.${name}`);
    if (found) return found;
  }
  return undefined;
}

const NUMBERS = new Set(['score', 'propensity', 'amount', 'short', 'long', 'similarity', 'alike', 'until', 'at', 'last', 'rank', 'count']);

/** The verbs that change something, and so may be refused without a trace. */
const CHANGES = new Set(['putItems', 'putUsers', 'putGroups', 'putChannels', 'patchItems', 'patchUsers', 'patchGroups', 'removeItems', 'removeGroups', 'observe', 'observeAll', 'observeColumns', 'accept', 'setPersonalised', 'removeFacet', 'blockFacet', 'unblockFacet', 'forget', 'expire', 'join', 'leave', 'moveGroup', 'release', 'useModel', 'merge', 'setOperations', 'reserve', 'confirm']);

const QUESTIONS = [{ user: 'u0', now: T, count: 9 }, { group: 'g0', now: T + 3_600_000, count: 3 }, { user: 'nobody', now: T + 60_000, count: 9 }, { user: 'u1', group: 'g1', now: T, count: 2 }];

const decisions = (rec, told) => QUESTIONS.map((question) => {
  const { answer } = checked('recommend', () => rec.recommend(question, { explain: true }), told);
  const wrong = unsound(answer);
  if (wrong) throw new Failure('number', `recommend ${JSON.stringify(question)}: ${wrong}`);
  return JSON.stringify(answer);
});

/** A recommender, and the steps of a case that are played on it. */
export class Stage {
  constructor(rec, told) {
    this.rec = rec;
    this.told = told;
    /** Last records put, by type and id, as they must read back. */
    this.records = new Map();
  }

  /** Whether a facet was taken from anybody: it leaves records that are put later, too. */
  #muted = false;

  /** One step and its checks. A verb that this build does not have is passed over. */
  step([verb, ...given]) {
    if (typeof this.rec[verb] !== 'function') return {};
    const before = CHANGES.has(verb) && this.rec.toSnapshot();
    const { answer, refusal } = checked(verb, () => this.rec[verb](...given), this.told);
    if (refusal) {
      this.told?.refused();
      if (before && !same(before, this.rec.toSnapshot())) throw new Failure('changed', `${verb} was refused (${refusal.message.slice(0, 200)}) and changed the state`);
      return { refusal };
    }
    const wrong = unsound(typeof answer === 'string' ? JSON.parse(answer) : answer);
    if (wrong) throw new Failure('number', `${verb}: ${wrong}`);
    if (verb === 'removeFacet' || verb === 'blockFacet') this.#muted = true;
    if (/^put/.test(verb)) this.#remember(verb.slice(3).toLowerCase(), given[0]);
    else if (CHANGES.has(verb)) this.records.clear();
    return { answer };
  }

  /** Every record that was just put reads back as it was. */
  #remember(sort, records) {
    const one = { items: 'item', users: 'user', groups: 'group', channels: 'channel' }[sort];
    for (const record of Array.isArray(records) ? records : [records]) this.records.set(`${sort} ${record.id}`, [one, record]);
    for (const [one, record] of this.records.values()) {
      const kept = this.rec[one](record.id);
      const lost = Object.keys(record).find((field) => !(this.#muted && one === 'user' && field !== 'data') && !keeps(one, field, record[field], kept?.[field]));
      if (lost !== undefined) throw new Failure('lost', `${one} ${record.id}: ${lost} was put as ${text(record[lost])} and reads back as ${text(kept?.[lost])}`);
    }
  }

  /** The checks at the end of a case: the same state and the same decisions after a snapshot. */
  async end() {
    const bytes = this.rec.toSnapshot();
    const { answer: again, refusal } = await checked('loadRecommender', () => loadRecommender(bytes), this.told);
    if (refusal) throw new Failure('snapshot', `its own snapshot is refused: ${refusal.message}`);
    try {
      const [ours, theirs] = [decisions(this.rec, this.told), decisions(again, this.told)];
      const other = ours.findIndex((decision, i) => decision !== theirs[i]);
      if (other >= 0) throw new Failure('snapshot', `after a snapshot ${JSON.stringify(QUESTIONS[other])} is answered otherwise: ${difference(ours[other], theirs[other])}`);
      if (!same(bytes, again.toSnapshot())) throw new Failure('snapshot', 'a snapshot of what was loaded has other bytes');
    } finally {
      again.dispose();
    }
  }
}

/** Whether two byte arrays are the same. */
export const same = (a, b) => Buffer.compare(a, b) === 0;

const text = (value) => (typeof value === 'number' ? String(value) : JSON.stringify(value)?.slice(0, 200));

function difference(a, b) {
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return `…${a.slice(Math.max(0, at - 40), at + 60)}… and …${b.slice(Math.max(0, at - 40), at + 60)}…`;
}

/** Whether a field is kept: of texts and terms only the words are; lists of weights may come back as objects, and members as objects. */
function keeps(one, field, put, kept) {
  if (put === undefined || put === null) return true;
  if (one === 'item' && (field === 'text' || field === 'facets')) return true;
  return wellFormed(canonical(field, put)) === wellFormed(canonical(field, kept));
}

/** As JSON. Half of a surrogate pair, which UTF-8 cannot carry, is kept as U+FFFD (tests/node/malformed.test.mjs). */
const wellFormed = (value) => JSON.stringify(value)?.replace(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd');

function canonical(field, value) {
  if (field === 'data') return exact(value);
  if (field === 'tags' && value) return Array.isArray(value) ? [...new Set(value)].sort().map((tag) => [tag, 1]) : Object.entries(value).sort();
  if (field === 'members') return value?.map((member) => (typeof member === 'string' ? { user: member } : without(member)));
  return value && typeof value === 'object' && !Array.isArray(value) ? without(value) : value;
}

/** JSON would make the same text of NaN, of infinities and of null. */
function exact(value) {
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (Array.isArray(value)) return value.map(exact);
  return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort().map(([name, inner]) => [name, exact(inner)])) : value;
}

/** Fields of null are absent, and their order means nothing. */
const without = (value) => Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined).sort().map(([name, inner]) => [name, Array.isArray(inner) ? inner : inner]));

/**
 * Plays a case from the beginning. Throws the first Failure.
 * @param {{ config?: object, steps: unknown[][], expect?: Record<number, object> }} made `expect`: of steps by their number from the end (-1 is
 *   the last), what the answer holds; `items` are those of its picks, `{ refused: true }` is a refusal.
 */
export async function play({ config, steps, expect = {} }, told) {
  const { answer: rec, refusal } = await checked('createRecommender', () => createRecommender({ config }), told);
  if (refusal) return void told?.refused();
  const stage = new Stage(rec, told);
  try {
    for (const [i, step] of steps.entries()) expected(step, stage.step(step), expect[i - steps.length]);
    await stage.end();
  } finally {
    rec.dispose();
  }
}

function expected(step, { answer, refusal }, wanted = {}) {
  const got = { ...answer, items: answer?.picks?.map(({ item }) => item), refused: Boolean(refusal) };
  for (const [field, value] of Object.entries(wanted)) {
    if (JSON.stringify(got[field]) !== JSON.stringify(value)) throw new Failure('expected', `${text(step)}: ${field} is ${text(got[field])} and not ${text(value)} (${refusal?.message ?? 'accepted'})`);
  }
}
