/** @file Passes records to the module, and names the row of a refused record. */

import { NextpickError } from '../error.js';
import { FileError } from './records.js';

/**
 * Returns the module's error as an error in a file, at the given row.
 * @param {NextpickError} error
 * @param {{ file: string, row: number, field?: string }} place
 */
export function refusedAt(error, place) {
  return new FileError({ ...place, code: 'record', rule: error.rule, value: error.value, cause: error });
}

/**
 * Parses the path of a refused record in a list: `items[3].caps` is record 3, counted from 0, at `caps`.
 * @param {unknown} error
 * @returns {{ list: string, at: number, field?: string } | null}
 */
export function refusedIn(error) {
  const place = error instanceof NextpickError ? /^(\w+)\[(\d+)\]\.?(.*)$/s.exec(error.path) : null;
  return place && { list: place[1], at: Number(place[2]), field: place[3] || undefined };
}

/**
 * Passes a batch to the recommender. The error of a refused record names its row; with `onBadRow` the other records are put without it.
 *
 * A refused call must have changed nothing; every `put…` and `observe…` of the recommender guarantees this.
 *
 * @template T
 * @param {{ row: number, record: object }[]} batch As `readRecords` gives it.
 * @param {(records: object[]) => T} put
 * @param {{ name: string, onBadRow?: (error: FileError) => void }} options
 * @returns {{ told: T | undefined, taken: { row: number, record: object }[] }} `told`: the answer of `put`, if any record was left; `taken`: the rows that were put.
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
