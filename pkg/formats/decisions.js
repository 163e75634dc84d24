/** @file A log of decisions and what came of them: the two joined pick by pick, as off-policy learning and evaluation need them. */

import { isObject, record } from './fields.js';
import { ourDecision } from './ours.js';

/**
 * The decision of a row: one as `recommend` gives it and `nextpick batch` writes it, or the entry of a store that accepted it.
 * `undefined` where the row is something else: a request answered by an error, another entry of a store.
 */
export function decisionIn(row) {
  const decision = record(row).accept ?? row;
  if (!isObject(decision) || decision.picks === undefined) return undefined;
  ourDecision(decision);
  return decision;
}

/** The interactions of a row: itself, or those that an entry of a store holds. */
export function interactionsIn(row) {
  const { observe, observeAll, kind } = record(row);
  if (isObject(observe)) return [observe];
  if (Array.isArray(observeAll)) return observeAll;
  return kind === undefined ? [] : [row];
}

/** What came of decisions: whether a kind followed a pick, by the decision's id and the item. */
export class Outcomes {
  /** Interactions of the kind that name no decision. */
  unnamed = 0;
  #came = new Map();

  /** @param {string} kind */
  constructor(kind) {
    this.kind = kind;
  }

  /** Takes note of an interaction; of another kind it says nothing here. */
  add(interaction) {
    const { kind, decision, item } = record(interaction);
    if (kind !== this.kind) return;
    if (typeof decision === 'string' && typeof item === 'string') this.#came.set(keyOf(decision, item), false);
    else this.unnamed += 1;
  }

  /** 1 if it came of this pick, else 0. */
  rewardOf(decision, item) {
    const key = keyOf(decision, item);
    if (!this.#came.has(key)) return 0;
    this.#came.set(key, true);
    return 1;
  }

  /** Outcomes that were asked for, and those of which the log of decisions knew nothing. */
  counts() {
    const found = [...this.#came.values()].filter((asked) => asked).length;
    return { found, strange: this.#came.size - found };
  }
}

const keyOf = (decision, item) => JSON.stringify([decision, item]);
