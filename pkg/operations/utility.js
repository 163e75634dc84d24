/** @file The utility of a pick, by which picks are compared with alternatives. */

/**
 * Returns a pick's utility: its score without the penalty for similarity to the picks before it, which an item in their
 * place does not pay.
 *
 * @param {Parameters<typeof import('./index.js').utilityOf>[0]} pick
 */
export function utilityOf({ score, reasons }) {
  return reasons.reduce((sum, { code, amount }) => (code === 'diversity' ? sum - amount : sum), score);
}
