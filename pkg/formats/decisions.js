/** @file Joins a log of decisions with their outcomes, pick by pick, for off-policy learning and evaluation. */

import { isObject, record } from './fields.js';
import { ourDecision } from './ours.js';

/**
 * Returns the decision of a row: one of `recommend` or `nextpick batch`, or of a store's entry that accepted it;
 * `undefined` for anything else: a request answered by an error, another entry of a store.
 * @param {unknown} row
 * @returns {any} A valid Decision.
 */
export function decisionIn(row) {
  const decision = record(row).accept ?? row;
  if (!isObject(decision) || decision.picks === undefined) return undefined;
  ourDecision(decision);
  return decision;
}

/**
 * Returns the interactions of a row: itself, or those of a store's entry.
 * @param {unknown} row
 * @returns {any[]}
 */
export function interactionsIn(row) {
  const { observe, observeAll, kind } = record(row);
  if (isObject(observe)) return [observe];
  if (Array.isArray(observeAll)) return observeAll;
  return kind === undefined ? [] : [row];
}

/** Outcomes of one kind, by decision id and item of the pick. */
export class Outcomes {
  /** Number of interactions of the kind without a decision. */
  unnamed = 0;
  /** True once the outcome was queried, by decision and item. @type {Map<string, boolean>} */
  #came = new Map();

  /** @param {string} kind */
  constructor(kind) {
    this.kind = kind;
  }

  /**
   * Adds an interaction; other kinds are ignored.
   * @param {unknown} interaction
   */
  add(interaction) {
    const { kind, decision, item } = record(interaction);
    if (kind !== this.kind) return;
    if (typeof decision === 'string' && typeof item === 'string') this.#came.set(keyOf(decision, item), false);
    else this.unnamed += 1;
  }

  /**
   * Returns 1 if the kind followed this pick, else 0.
   * @param {string} decision
   * @param {string} item
   * @returns {0 | 1}
   */
  rewardOf(decision, item) {
    const key = keyOf(decision, item);
    if (!this.#came.has(key)) return 0;
    this.#came.set(key, true);
    return 1;
  }

  /** Returns the number of outcomes queried, and the number of outcomes outside of the log of decisions. */
  counts() {
    const found = [...this.#came.values()].filter((queried) => queried).length;
    return { found, strange: this.#came.size - found };
  }
}

/**
 * @param {string} decision
 * @param {string} item
 */
const keyOf = (decision, item) => JSON.stringify([decision, item]);
