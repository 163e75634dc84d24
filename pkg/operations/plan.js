/** @file Plans the coming days on a copy of the state, from moment to moment. */

import { loadRecommender } from '#nextpick';
import { FORK } from '../fork.js';
import { Agenda } from './agenda.js';
import { readRequest } from './request.js';
import { journeyOf, slotOf } from './slots.js';
import { subjectKey } from './subject.js';
import { utilityOf } from './utility.js';

const DAY = 86_400_000;
/** Number of alternatives named in addition to the picks of a message. */
const ALTERNATIVES = 3;
/** Number of requests decided in one call: bounds the memory of its answer. */
const BATCH = 500;
/** The best alternative is close if its utility differs by at most this share of the last pick's. */
const CLOSE = 0.02;

/**
 * @typedef {import('./agenda.js').PlannedStep} PlannedStep
 * @typedef {import('../index.js').RecommendRequest} RecommendRequest
 * @typedef {import('../index.js').Decision} Decision
 * @typedef {import('./index.js').PlannedMessage['alternatives']} Alternatives
 * @typedef {{ decision: Decision, alternatives: Alternatives }} Decided Decision, with the next candidates.
 */

/**
 * Plans the coming days for all groups and users; see the types.
 *
 * @param {Pick<import('../index.js').Recommender, 'toSnapshot'>} rec
 * @param {import('./index.js').PlanRequest} request
 * @returns {AsyncGenerator<import('./index.js').PlannedMessage>}
 */
export async function* plan(rec, request) {
  const { from, days, slots, journeys } = readRequest(request);
  /** @type {import('../index.js').Recommender} */
  const copy = /** @type {any} */ (rec)[FORK]?.() ?? (await loadRecommender(rec.toSnapshot()));
  try {
    const operations = copy.operations() ?? {};
    const own = operations.journeys ?? [];
    copy.setOperations({ ...operations, journeys: [...own, ...slots.map(journeyOf)] });
    const planner = new Planner(copy, slots, operations);
    const named = [...(journeys ?? own.map(({ id }) => id)), ...slots.map((slot) => journeyOf(slot).id)];
    const end = from + days * DAY;
    for (let start = from; start < end && named.length; start += DAY) {
      yield* planner.planDay(start, Math.min(start + DAY, end), named);
    }
  } finally {
    copy.dispose();
  }
}

/** Decides the due steps of a copy of the state, and accepts the decisions there. */
class Planner {
  #copy;
  #slots;
  /** True if a quota counts within the slate: the picks then depend on its length, and are decided apart. */
  #hasSlateQuotas;
  #agenda = new Agenda();

  /**
   * @param {import('../index.js').Recommender} copy
   * @param {readonly import('./index.js').PlanSlot[]} slots
   * @param {import('../index.js').Operations} operations
   */
  constructor(copy, slots, { quotas = [], experiments = [] }) {
    this.#copy = copy;
    this.#slots = slots;
    const lists = [quotas, ...experiments.flatMap(({ variants }) => variants.map((variant) => variant.quotas ?? []))];
    this.#hasSlateQuotas = lists.flat().some(({ min }) => min !== undefined);
  }

  /** Plans the steps that come due, or are tried again, from `start` to before `end`. @param {number} start @param {number} end @param {readonly string[]} journeys */
  async *planDay(start, end, journeys) {
    for (const step of this.#copy.dueSteps({ now: start, until: end - 1, journeys })) {
      this.#agenda.add(Math.max(start, step.dueAt), step);
    }
    for (let moment = this.#agenda.take(end); moment; moment = this.#agenda.take(end)) {
      yield* this.#planMoment(moment.at, moment.steps);
    }
  }

  /**
  * Decides one moment in passes. A pass decides at most one message per subject over one frozen state and accepts the
   * decisions afterwards, because after each acceptance the module computes its item columns again. The next pass sees
   * the messages of the previous pass.
   *
   * @param {number} now
   * @param {PlannedStep[]} steps
   */
  *#planMoment(now, steps) {
    let left = steps;
    while (left.length) {
      const [pass, later] = firstOfEachSubject(left);
      const requests = pass.map((step) => this.#requestOf(step, now));
      const decided = this.#decide(requests);
      const full = [];
      for (const n of orderByScore(decided)) {
        const [step, request, { decision, alternatives }] = [pass[n], requests[n], decided[n]];
        if (!decision.picks.length) {
          yield* this.#postpone(step, request, decision);
          continue;
        }
        const { accepted, rule = '' } = this.#copy.accept(decision);
        if (accepted) {
          yield this.#messageOf(step, request, decision, alternatives, 'planned');
        } else if (/^(rule\.)?cap[.:]/.test(rule)) {
          // The next pass leaves the full item out. Any other refusal would only come again.
          full.push({ ...step, isCapped: true });
        } else {
          yield this.#messageOf(step, request, { ...decision, picks: [], silent: { rule } }, [], 'missed');
        }
      }
      left = [...full, ...later];
    }
  }

  /** @param {PlannedStep} step @param {number} now @returns {RecommendRequest} */
  #requestOf(step, now) {
    const { request } = step;
    return { ...request, ...slotOf(step, this.#slots)?.request, only: request.only, now };
  }

  /** Decides each request, with up to {@link ALTERNATIVES} further items. @param {RecommendRequest[]} requests @returns {Decided[]} */
  #decide(requests) {
    /** @param {RecommendRequest} request */
    const countOf = (request) => request.count ?? 1;
    const longer = this.#recommendAll(requests.map((request) => ({ ...request, count: countOf(request) + ALTERNATIVES })));
    const decisions = this.#hasSlateQuotas ? this.#recommendAll(requests) : longer.map((decision, n) => ({ ...decision, picks: decision.picks.slice(0, countOf(requests[n])) }));
    return decisions.map((decision, n) => {
      const chosen = new Set(decision.picks.map(({ item }) => item));
      const others = longer[n].picks.filter(({ item }) => !chosen.has(item)).slice(0, ALTERNATIVES);
      return { decision, alternatives: others.map((pick) => ({ item: pick.item, score: utilityOf(pick) })) };
    });
  }

  /** @param {RecommendRequest[]} requests @returns {Decision[]} */
  #recommendAll(requests) {
    const batches = Array.from({ length: Math.ceil(requests.length / BATCH) }, (_, n) => requests.slice(n * BATCH, (n + 1) * BATCH));
    return batches.flatMap((batch) => this.#copy.recommendAll(batch));
  }

  /**
   * Tries a refused step again when its refusal ends, if its window lasts until then; otherwise it is missed.
   *
   * @param {PlannedStep} step
   * @param {RecommendRequest} request
   * @param {Decision} decision
   */
  *#postpone(step, request, decision) {
    const until = decision.silent ? decision.silent.until : this.#endOfRefusals(request);
    if (until !== undefined && until < step.windowEndsAt) return this.#agenda.postpone(until, step);
    // A step that is no longer due was superseded, or its journey has ended: no message was to be sent.
    if (!decision.silent?.rule.startsWith('step.')) yield this.#messageOf(step, request, decision, [], 'missed');
  }

  /** Returns the first time at which one of the refused candidates may be sent. @param {RecommendRequest} request */
  #endOfRefusals(request) {
    const { refused = [] } = this.#copy.recommend(request, { explain: true, reasons: false });
    const ends = refused.filter(({ rule }) => rule !== 'only').flatMap(({ until }) => until ?? []);
    return ends.length ? Math.min(...ends) : undefined;
  }

  /**
   * @param {PlannedStep} step
   * @param {RecommendRequest} request
   * @param {Decision} decision
   * @param {Alternatives} alternatives
   * @param {import('./index.js').PlanState} state
   * @returns {import('./index.js').PlannedMessage}
   */
  #messageOf(step, request, decision, alternatives, state) {
    const slot = slotOf(step, this.#slots);
    const { step: ref, ...rest } = request;
    const flags = flagsOf(decision, alternatives, step.isCapped);
    const { user, group, channel } = request;
    return {
      id: decision.id,
      at: request.now,
      ...defined({ user, group, channel }),
      source: slot ? { slot: slot.id } : /** @type {import('../index.js').StepRef} */ (ref),
      request: slot ? rest : request,
      picks: decision.picks.map(({ item, score, propensity, reasons }) => ({ item, score, propensity, reasons })),
      alternatives,
      ...defined({ silent: decision.silent }),
      ...(flags.length && { flags }),
      state,
    };
  }
}

/**
 * Returns the fields that are not undefined.
 *
 * @template {Record<string, unknown>} T
 * @param {T} fields
 * @returns {Partial<T>}
 */
const defined = (fields) => /** @type {any} */ (Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));

/**
 * Splits steps into the first of each subject, in their order, and the others.
 *
 * @param {PlannedStep[]} steps
 * @returns {[PlannedStep[], PlannedStep[]]}
 */
function firstOfEachSubject(steps) {
  const known = new Set();
  /** @type {PlannedStep[]} */
  const first = [];
  /** @type {PlannedStep[]} */
  const others = [];
  for (const step of steps) {
    const subject = subjectKey(step);
    (known.has(subject) ? others : first).push(step);
    known.add(subject);
  }
  return [first, others];
}

/** Returns indices of decisions by the score of their first pick, best first: the last sending under a total cap goes there. @param {Decided[]} decided */
function orderByScore(decided) {
  /** @param {number} n */
  const scoreOf = (n) => decided[n].decision.picks[0]?.score ?? Number.NEGATIVE_INFINITY;
  return decided.map((_, n) => n).sort((a, b) => (scoreOf(b) === scoreOf(a) ? a - b : scoreOf(b) > scoreOf(a) ? 1 : -1));
}

/** Returns the reasons to review a message. @param {Decision} decision @param {Alternatives} alternatives @param {boolean} [isCapped] @returns {import('./index.js').PlanFlag[]} */
function flagsOf({ silent, picks, unmetQuotas }, alternatives, isCapped) {
  const last = picks.at(-1);
  const best = last && utilityOf(last);
  const second = Math.max(...alternatives.map(({ score }) => score));
  const isClose = best !== undefined && Math.abs(best - second) <= CLOSE * Math.abs(best);
  /** @type {(import('./index.js').PlanFlag | false | undefined)[]} */
  const flags = [
    !silent && !picks.length && 'no-candidates', silent && 'silent', isClose && 'close-call', isCapped && 'cap', unmetQuotas && unmetQuotas.length > 0 && 'quota',
  ];
  return /** @type {import('./index.js').PlanFlag[]} */ (flags.filter(Boolean));
}
