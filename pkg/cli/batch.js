/** @file `nextpick batch`: a filter from requests to decisions, a line for a line. Spark's `pipe` and a plain shell use it alike. */

import { NextpickError } from '../node.js';
import { loadWorld, worldOptions } from './load.js';
import { write } from './subject.js';

/** Answers are written once this many characters have come together, and at the end of each piece of input. */
const FLUSH = 1 << 16;
/** A longer line is no request: it is answered by an error without being held in memory. */
const LONGEST_LINE = 1 << 24;
const NEWLINE = 10;

export const batch = {
  name: 'batch',
  summary: 'Answers requests on stdin (JSONL) with decisions on stdout (JSONL), in order',
  about:
    'Every line gets exactly one line back. A bad line is answered in its place by {"error":{"code","path","message","line"}}\n' +
    'and does not change the exit code; how many there were is told on stderr. All requests see one frozen state.',
  options: {
    ...worldOptions,
    reasons: { type: 'choice', of: ['all', 'none'], value: 'all|none', otherwise: 'all', about: 'whether picks carry their reasons' },
    explain: { type: 'flag', about: 'tell which rule refused every other item' },
  },
  examples: [
    ['nextpick batch --snapshot state.bin < requests.jsonl > decisions.jsonl', 'answers every request of a file'],
    [`echo '{"group":"g1","now":1774958400000}' | nextpick batch --items items.csv --events log.csv`, 'answers one'],
  ],

  async run({ reasons, explain, ...options }) {
    const { recommender } = await loadWorld(options);
    const answer = answerer(recommender, { reasons: reasons === 'all', explain: Boolean(explain) });
    for await (const piece of answers(process.stdin, answer)) await write(piece);
    if (answer.bad) process.stderr.write(`${answer.bad} of ${answer.lines} lines were answered by an error\n`);
  },
};

/** Answers one line of bytes with one line of text. */
function answerer(recommender, options) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const answer = (line) => {
    answer.lines += 1;
    try {
      if (line === undefined) throw new NextpickError('limit', `expected a line of at most ${LONGEST_LINE} bytes`, { path: 'request' });
      const text = decoded(decoder, line);
      if (text.trim() === '') throw new NextpickError('invalid', 'request: expected JSON, got an empty line', { path: 'request' });
      return recommender.recommendText(text, options);
    } catch (error) {
      // After a trap nothing true can be answered any more.
      if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
      answer.bad += 1;
      return JSON.stringify({ error: { code: error.code, path: error.path, message: error.message, line: answer.lines } });
    }
  };
  return Object.assign(answer, { lines: 0, bad: 0 });
}

function decoded(decoder, line) {
  try {
    return decoder.decode(line);
  } catch {
    throw new NextpickError('invalid', 'request: expected UTF-8 text', { path: 'request' });
  }
}

/**
 * The answers to a stream of lines, in pieces to write.
 *
 * A blank line is a bad line, except the last: files often end with one.
 *
 * @param {AsyncIterable<Buffer>} input
 * @param {(line: Buffer | undefined) => string} answer Told `undefined` for a line that is too long.
 */
export async function* answers(input, answer) {
  let blank;
  let out = '';
  for await (const line of lines(input)) {
    if (line === END_OF_PIECE) {
      if (out) yield out;
      out = '';
      continue;
    }
    if (blank) out += `${answer(blank)}\n`;
    blank = line?.length === 0 || (line?.length === 1 && line[0] === 13) ? line : undefined;
    if (!blank) out += `${answer(line)}\n`;
    if (out.length >= FLUSH) {
      yield out;
      out = '';
    }
  }
  if (out) yield out;
}

const END_OF_PIECE = Symbol('end of piece');

/** Lines of bytes without their newline; `undefined` stands for one that is too long. */
async function* lines(input) {
  let parts = [];
  let length = 0;
  const add = (bytes) => {
    length += bytes.length;
    if (length <= LONGEST_LINE) parts.push(bytes);
    else parts = [];
  };
  const taken = () => {
    const line = length > LONGEST_LINE ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    length = 0;
    return line;
  };
  for await (const piece of input) {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      add(piece.subarray(from, end));
      yield taken();
      from = end + 1;
    }
    if (from < piece.length) add(piece.subarray(from));
    yield END_OF_PIECE;
  }
  if (length) yield taken();
}
