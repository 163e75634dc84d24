/** @file Answers a chunk of lines, as JSON lines, CSV rows or rows of a table. The same code runs in every thread. */

import { NextpickError } from '../../node.js';
import { sheetLine } from '../sheet.js';
import { NAMES, decisionRows, errorRows } from './rows.js';

/**
 * Answers to a chunk.
 * @typedef {object} Answers
 * @property {Uint8Array<ArrayBuffer> | unknown[][]} content Bytes of text, or rows of a table.
 * @property {number} size Bytes of the text, or of the decisions that the rows are made of.
 * @property {number} count Number of answered lines.
 * @property {number} bad Number of lines answered by an error.
 */

/** @typedef {'jsonl' | 'csv' | 'parquet' | 'arrow'} Format */

/**
 * Makes a function that answers chunks.
 *
 * @param {import('../../node.js').Recommender} recommender
 * @param {{ format: Format, reasons: boolean, explain: boolean, rawCells?: boolean }} options
 * @returns {(chunk: import('./requests.js').Chunk) => Answers}
 */
export function answerer(recommender, { format, rawCells, ...options }) {
  const { formatDecision, formatError, join } = FORMS[format]({ rawCells });
  return ({ bytes, first, step, count, refused }) => {
    const lines = linesOf(bytes, count).map(readable);
    for (const { place, error: { code, path, message } } of refused) lines[place] = new NextpickError(code, message, { path });
    let [size, bad] = [0, 0];
    const parts = answersOf(recommender, lines, options).map((answer, place) => {
      const number = first + place * step;
      if (typeof answer !== 'string') {
        bad += 1;
        return formatError(answer, number);
      }
      size += answer.length;
      return formatDecision(answer, number);
    });
    const content = join(parts);
    return { content, size: content instanceof Uint8Array ? content.length : size, count, bad };
  };
}

/**
 * Decides the requests among lines together; errors among lines stay unchanged.
 * @param {import('../../node.js').Recommender} recommender
 * @param {(string | NextpickError)[]} lines
 * @param {{ reasons: boolean, explain: boolean }} options
 */
function answersOf(recommender, lines, options) {
  const decisions = decide(recommender, lines.filter((line) => typeof line === 'string'), options).values();
  return lines.map((line) => (typeof line === 'string' ? /** @type {string | NextpickError} */ (decisions.next().value) : line));
}

/**
 * @param {import('../../node.js').Recommender} recommender
 * @param {string[]} requests
 * @param {{ reasons: boolean, explain: boolean }} options
 * @returns {(string | NextpickError)[]}
 */
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

/**
 * Decodes the lines; `undefined` for invalid UTF-8. Decoding all at once is faster; one by one finds the bad line.
 * @param {Uint8Array} bytes
 * @param {number} count
 * @returns {(string | undefined)[]}
 */
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

/** @param {Uint8Array} bytes */
function decoded(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Returns the request of a line, or an error if it has none.
 * @param {string | undefined} line
 */
function readable(line) {
  if (line === undefined) return new NextpickError('invalid', 'request: expected UTF-8 text', { path: 'request' });
  const text = line.charCodeAt(0) === 0xfeff ? line.slice(1) : line;
  return text.trim() === '' ? new NextpickError('invalid', 'request: expected JSON, got an empty line', { path: 'request' }) : text;
}

const encoder = new TextEncoder();
/** @param {any[]} parts */
const joinText = (parts) => encoder.encode(parts.join(''));
/** @param {any[]} parts */
const joinRows = (parts) => parts.flat();

/**
 * Forms of the answers of a format: `formatDecision` and `formatError` make the part of a line, `join` the content of all.
 * @typedef {object} Form
 * @property {(decision: string, line: number) => any} formatDecision
 * @property {(error: NextpickError, line: number) => any} formatError
 * @property {(parts: any[]) => Uint8Array<ArrayBuffer> | unknown[][]} join
 */

/** Forms by format. @type {Record<Format, (options: { rawCells?: boolean }) => Form>} */
const FORMS = {
  jsonl: () => ({
    formatDecision: (decision) => `${decision}\n`,
    formatError: ({ code, path, message }, line) => `${JSON.stringify({ error: { code, path, message, line } })}\n`,
    join: joinText,
  }),
  csv: (options) => {
    const lineOf = sheetLine(options);
    const linesOf = (/** @type {unknown[][]} */ rows) => rows.map((cells) => `${lineOf(NAMES.map((_, i) => cells[i]))}\n`).join('');
    return { formatDecision: (text, number) => linesOf(decisionRows(text, number)), formatError: (error, number) => linesOf(errorRows(error, number)), join: joinText };
  },
  parquet: () => ({ formatDecision: decisionRows, formatError: errorRows, join: joinRows }),
  arrow: () => ({ formatDecision: decisionRows, formatError: errorRows, join: joinRows }),
};
