/** @file Answers a chunk of lines, as JSON lines or CSV rows. The same code runs in every thread. */

import { NextpickError } from '../../node.js';
import { sheetLine } from '../sheet.js';
import { LONGEST_LINE } from './requests.js';

/** Columns of CSV; the help of `nextpick batch` describes them. */
export const COLUMNS = ['request', 'user', 'group', 'at', 'decision', 'silent', 'rank', 'item', 'score', 'propensity', 'error'];

/**
 * The answers to a chunk.
 * @typedef {object} Answers
 * @property {Uint8Array<ArrayBuffer>} bytes
 * @property {number} count How many lines were answered.
 * @property {number} bad How many of them by an error.
 */

/**
 * A function that answers chunks.
 *
 * @param {import('../../node.js').Recommender} recommender
 * @param {{ format: 'jsonl' | 'csv', reasons: boolean, explain: boolean, rawCells?: boolean }} options
 * @returns {(chunk: import('./requests.js').Chunk) => Answers}
 */
export function answerer(recommender, { format, rawCells, ...options }) {
  const encoder = new TextEncoder();
  const { told, refused } = format === 'csv' ? inRows(sheetLine({ rawCells })) : { told: lineOf, refused: lineOfError };
  return ({ bytes, first, step, count, tooLong }) => {
    let [text, bad] = ['', 0];
    linesOf(bytes, count).forEach((line, place) => {
      const number = first + place * step;
      try {
        if (tooLong.includes(place)) throw new NextpickError('limit', `expected a line of at most ${LONGEST_LINE} bytes`, { path: 'request' });
        text += told(recommender.recommendText(readable(line), options), number);
      } catch (error) {
        // After a trap no correct answer is possible.
        if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
        bad += 1;
        text += refused(error, number);
      }
    });
    return { bytes: encoder.encode(text), count, bad };
  };
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes the lines; `undefined` for invalid UTF-8. Decoding all at once is faster; one by one finds the bad line. */
function linesOf(bytes, count) {
  const text = decoded(bytes);
  if (text !== undefined) return text.split('\n', count);
  let from = 0;
  return Array.from({ length: count }, () => {
    const line = decoded(bytes.subarray(from, bytes.indexOf(10, from)));
    from = bytes.indexOf(10, from) + 1;
    return line;
  });
}

function decoded(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function readable(line) {
  if (line === undefined) throw new NextpickError('invalid', 'request: expected UTF-8 text', { path: 'request' });
  const text = line.charCodeAt(0) === 0xfeff ? line.slice(1) : line;
  if (text.trim() === '') throw new NextpickError('invalid', 'request: expected JSON, got an empty line', { path: 'request' });
  return text;
}

const lineOf = (decision) => `${decision}\n`;

function lineOfError({ code, path, message }, line) {
  return `${JSON.stringify({ error: { code, path, message, line } })}\n`;
}

/** One row per pick; a request without picks gets one row that says so. */
function inRows(lineOf) {
  const row = (cells) => `${lineOf(COLUMNS.map((_, i) => cells[i]))}\n`;
  return {
    told(text, number) {
      const { id, subject, at, picks, silent } = JSON.parse(text);
      const about = [number, subject.user, subject.group, at, id, silent?.rule];
      if (!picks.length) return row(about);
      return picks.map(({ rank, item, score, propensity }) => row([...about, rank, item, score, propensity])).join('');
    },
    refused: ({ code, message }, number) => row([number, ...Array(COLUMNS.length - 2), `${code}: ${message}`]),
  };
}
