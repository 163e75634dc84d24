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
    const lines = linesOf(bytes, count).map(readable);
    for (const { place, error: { code, path, message } } of refused) lines[place] = new NextpickError(code, message, { path });
    let [size, bad] = [0, 0];
    const parts = answersOf(recommender, lines, options).map((answer, place) => {
      const number = first + place * step;
      if (typeof answer !== 'string') {
        bad += 1;
        return failed(answer, number);
      }
      size += answer.length;
      return told(answer, number);
    });
    const content = packed(parts);
    return { content, size: content instanceof Uint8Array ? content.length : size, count, bad };
  };
}

/** Decides the requests among lines together; a line that is an error stays one. */
function answersOf(recommender, lines, options) {
  const decisions = decide(recommender, lines.filter((line) => typeof line === 'string'), options).values();
  return lines.map((line) => (typeof line === 'string' ? decisions.next().value : line));
}

function decide(recommender, requests, options) {
  try {
    return recommender.recommendTexts(requests, options);
  } catch (error) {
    // Requests that together exceed the memory may fit one by one.
    if (!(error instanceof NextpickError) || error.code !== 'limit') throw error;
  }
  return requests.map((request) => {
    try {
      return recommender.recommendText(request, options);
    } catch (error) {
      // After a trap no correct answer is possible.
      if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
      return error;
    }
  });
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

/** The request of a line, or the error that it is none. */
function readable(line) {
  if (line === undefined) return new NextpickError('invalid', 'request: expected UTF-8 text', { path: 'request' });
  const text = line.charCodeAt(0) === 0xfeff ? line.slice(1) : line;
  return text.trim() === '' ? new NextpickError('invalid', 'request: expected JSON, got an empty line', { path: 'request' }) : text;
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
