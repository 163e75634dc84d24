/** @file Handler of callbacks: verifies, decrypts and passes on. Any framework with `Request` and `Response` can call it. */

import { createHash } from 'node:crypto';

import { CallbackRefused } from './cipher.js';
import { textOf } from './errors.js';
import { readXml } from './xml.js';

/** Maximum size of a callback, in bytes: WeCom's are below 10 KB. */
const MAX_BODY_BYTES = 1_000_000;

/**
 * Makes the handler. GET confirms the URL in WeCom's admin page. POST passes an event on, and answers when it has been
 * handled: WeCom repeats a callback without an answer within 5 s, and one that failed. While an event is being handled,
 * its repetitions wait for it.
 *
 * @param {{ cipher: import('./cipher.js').CallbackCipher, handle: (event: object) => Promise<void>, log: Function }} parts
 * @returns {(request: Request) => Promise<Response>}
 */
export function callbackHandler({ cipher, handle, log }) {
  /** Events being handled, by the digest of their text. */
  const handling = new Map();

  const once = (text) => {
    const digest = createHash('sha256').update(text).digest('base64');
    if (!handling.has(digest)) handling.set(digest, handle(readXml(text)).finally(() => handling.delete(digest)));
    return handling.get(digest);
  };

  return async (request) => {
    try {
      const query = new URL(request.url).searchParams;
      const parameter = (name) => query.get(name) ?? '';
      const sealed = (encrypted) => ({ signature: parameter('msg_signature'), timestamp: parameter('timestamp'), nonce: parameter('nonce'), encrypted });
      if (request.method === 'GET') return answer(200, cipher.open(sealed(parameter('echostr'))));
      if (request.method !== 'POST') return answer(405, '', { allow: 'GET, POST' });
      const body = await textWithin(request, MAX_BODY_BYTES);
      if (body === undefined) return answer(413);
      const { Encrypt } = readXml(body);
      const text = cipher.open(sealed(typeof Encrypt === 'string' ? Encrypt : ''));
      await once(text);
      return answer(200);
    } catch (error) {
      log({ event: 'refused', why: textOf(error) });
      if (error instanceof CallbackRefused) return answer(403);
      return answer(error instanceof SyntaxError ? 400 : 500);
    }
  };
}

const HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
const answer = (status, text = '', headers = {}) => new Response(text, { status, headers: { ...HEADERS, ...headers } });

/** Returns the body's text; `undefined` if it is longer. */
async function textWithin(request, bytes) {
  if (!request.body) return '';
  const pieces = [];
  let length = 0;
  for await (const piece of request.body) {
    length += piece.length;
    if (length > bytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
