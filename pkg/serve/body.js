/** @file Reads bodies and query parameters of requests. */

import { parseJson } from '../files/json.js';
import { HttpError } from './errors.js';

/**
 * Reads a JSON body of at most `maxBytes`.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {number} maxBytes
 */
export async function readBody(request, maxBytes) {
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/json') throw new HttpError(415, 'body', 'the content type application/json', type || 'none');
  const tooLarge = () => new HttpError(413, 'body', `at most ${maxBytes} bytes`, 'more');
  if (Number(request.headers['content-length']) > maxBytes) throw tooLarge();
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > maxBytes) throw tooLarge();
    pieces.push(piece);
  }
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces)));
  } catch (error) {
    throw new HttpError(400, 'body', 'JSON in UTF-8', error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads query parameters by their schemas.
 *
 * @param {URLSearchParams} given
 * @param {Record<string, { schema: any }>} known
 */
export function readQuery(given, known = {}) {
  /** @type {Record<string, boolean | number>} */
  const read = {};
  for (const [name, text] of given) {
    if (!Object.hasOwn(known, name)) throw new HttpError(400, `query.${name}`, Object.keys(known).length ? `one of ${Object.keys(known).join(', ')}` : 'no parameter', text);
    if (Object.hasOwn(read, name)) throw new HttpError(400, `query.${name}`, 'one value', 'several');
    read[name] = known[name].schema.type === 'boolean' ? readBoolean(name, text) : readMillis(name, text);
  }
  return read;
}

/** @param {string} name @param {string} text */
function readBoolean(name, text) {
  if (text !== 'true' && text !== 'false') throw new HttpError(400, `query.${name}`, 'true or false', text);
  return text === 'true';
}

/** @param {string} name @param {string} text */
function readMillis(name, text) {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(number)) throw new HttpError(400, `query.${name}`, 'milliseconds since 1970', text);
  return number;
}
