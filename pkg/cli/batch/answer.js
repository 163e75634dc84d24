/** @file Answers a chunk of lines, as JSON lines, CSV rows or rows of a table. The same code runs in every thread. */

import { NextpickError } from '../../node.js';
import { sheetLine } from '../sheet.js';
import { NAMES, decisionRows, errorRows } from './rows.js';

/**
 * The answers to a chunk.
 * @typedef {object} Answers
 * @property {Uint8Array<ArrayBuffer> | unknown[][]} content Bytes of text, or rows of a table.
 * @property {number} size Bytes of the text, or of the decisions that the rows are made of.
 * @property {number} count Number of lines answered.
 * @property {number} bad Number of them that were answered by an error.
 */

/** @typedef {'jsonl' | 'csv' | 'parquet' | 'arrow'} Format */

/**
 * A function that answers chunks.
 *
 * @param {import('../../node.js').Recommender} recommender
 * @param {{ format: Format, reasons: boolean, explain: boolean, rawCells?: boolean }} options
 * @returns {(chunk: import('./requests.js').Chunk) => Answers}
 */
export function answerer(recommender, { format, rawCells, ...options }) {
  const { told, failed, packed } = FORMS[format]({ rawCells });
  return ({ bytes, first, step, count, refused }) => {
    const errors = new Map(refused.map(({ place, error: { code, path, message } }) => [place, new NextpickError(code, message, { path })]));
    const parts = [];
    let [size, bad] = [0, 0];
    linesOf(bytes, count).forEach((line, place) => {
      const number = first + place * step;
      try {
        if (errors.has(place)) throw errors.get(place);
        const text = recommender.recommendText(readable(line), options);
        size += text.length;
        parts.push(told(text, number));
      } catch (error) {
        // After a trap no correct answer is possible.
        if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
        bad += 1;
        parts.push(failed(error, number));
      }
    });
    const content = packed(parts);
    return { content, size: content instanceof Uint8Array ? content.length : size, count, bad };
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

const encoder = new TextEncoder();
const packedText = (parts) => encoder.encode(parts.join(''));
const packedRows = (parts) => parts.flat();

/** By format: what a decision and an error become, and the content that they are together. */
const FORMS = {
  jsonl: () => ({
    told: (decision) => `${decision}\n`,
    failed: ({ code, path, message }, line) => `${JSON.stringify({ error: { code, path, message, line } })}\n`,
    packed: packedText,
  }),
  csv: (options) => {
    const lineOf = sheetLine(options);
    const linesOf = (rows) => rows.map((cells) => `${lineOf(NAMES.map((_, i) => cells[i]))}\n`).join('');
    return { told: (text, number) => linesOf(decisionRows(text, number)), failed: (error, number) => linesOf(errorRows(error, number)), packed: packedText };
  },
  parquet: () => ({ told: decisionRows, failed: errorRows, packed: packedRows }),
  arrow: () => ({ told: decisionRows, failed: errorRows, packed: packedRows }),
};
