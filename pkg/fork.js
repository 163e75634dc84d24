/** @file Name of the method that copies a recommender. */

/**
 * Method that returns a copy of a recommender for decisions on trial. The copy shares the records and interactions that neither changes, so it takes
 * little memory. A symbol, because hosts copy by `toSnapshot`.
 */
export const FORK = Symbol.for('nextpick.fork');
