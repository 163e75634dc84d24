/** @file Records handed to the module, and its refusals traced back to the rows they came from. */

import { NextpickError } from '../error.js';
import { FileError } from './records.js';

/**
 * A refusal of the module as a mistake in a file, at a row that the caller knows.
 * @param {NextpickError} error
 * @param {{ file: string, row: number, field?: string }} place
 */
export function refusedAt(error, place) {
  return new FileError({ ...place, code: 'record', rule: error.rule, value: error.value, cause: error });
}

/** Which record of a list the module refused: `items[3].caps` is the third, at `caps`. */
export function refusedIn(error) {
  const place = error instanceof NextpickError ? /^(\w+)\[(\d+)\]\.?(.*)$/s.exec(error.path) : null;
  return place && { list: place[1], at: Number(place[2]), field: place[3] || undefined };
}

/**
 * Hands a batch over. A record that is refused is traced back to its row; with `onBadRow` the others go in without it.
 *
 * A refused call must have changed nothing, as is so of every `put…` and `observe…` of the recommender.
 *
 * @template T
 * @param {{ row: number, record: object }[]} batch As `readRecords` gives it.
 * @param {(records: object[]) => T} put
 * @param {{ name: string, onBadRow?: (error: FileError) => void }} options
 * @returns {{ told: T | undefined, taken: { row: number, record: object }[] }} What `put` answered, if anything was left to put, and what went in.
 */
export function offer(batch, put, { name, onBadRow }) {
  let taken = batch;
  while (taken.length) {
    try {
      return { told: put(taken.map(({ record }) => record)), taken };
    } catch (/** @type {any} */ error) {
      const place = refusedIn(error);
      const bad = place && taken[place.at];
      if (!bad) throw error;
      const traced = refusedAt(error, { file: name, row: bad.row, field: place.field });
      if (!onBadRow) throw traced;
      onBadRow(traced);
      taken = taken.toSpliced(place.at, 1);
    }
  }
  return { told: undefined, taken };
}
