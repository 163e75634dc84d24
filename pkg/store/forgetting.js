/** @file Removes deleted users and expired interactions from entries of the log. */

import { Rewriter } from './rewriter.js';

/**
 * @typedef {import('./folder.js').Removal} Removal
 * @typedef {import('./folder.js').Forgetting} Forgetting
 * @typedef {import('./index.js').Entry} Entry
 * @typedef {AsyncIterable<[number, Entry]> | Iterable<[number, Entry]>} NumberedEntries
 */

/**
 * Returns the deletions that are not among those done.
 * @param {Forgetting} forgotten
 * @param {Forgetting} done
 * @returns {Removal[]}
 */
export const remainingOf = (forgotten, done) =>
  forgotten.filter(({ user, olderThan, before }) => !done.some((one) => one.user === user && one.olderThan === olderThan && one.before === before));

/**
 * Yields the numbered entries of a log without pending removals.
 * @param {NumberedEntries} numbered
 * @param {Forgetting} forgotten
 * @returns {AsyncGenerator<[number, Entry]>}
 */
export async function* withoutForgotten(numbered, forgotten) {
  if (!forgotten.length) return yield* numbered;
  const rewrite = createRewriter(forgotten);
  for await (const [number, entry] of numbered) {
    const left = rewrite(entry, number);
    if (left) yield /** @type {[number, Entry]} */ ([number, left]);
  }
}

/**
 * Returns a function that rewrites an entry without these users and expired interactions; it returns `undefined` if
 * nothing remains.
 *
 * @param {Iterable<Removal>} forgotten
 * @returns {(entry: Entry, number: number) => Entry | undefined}
 */
export function createRewriter(forgotten) {
  const rewriter = new Rewriter(forgotten);
  return (entry, number) => rewriter.rewrite(entry, number);
}
