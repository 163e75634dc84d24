/** @file The HTTP interface of a durable recommender: JSON in, JSON out, by default on loopback. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { readBody, readQuery } from './body.js';
import { HttpError, answerOf, isFatal } from './errors.js';
import { Metrics } from './metrics.js';
import { openApi } from './openapi.js';
import { VERBS } from './verbs.js';

/** Limits on slow clients, milliseconds. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;
/** Time that open requests have to finish when the server closes, milliseconds. */
const CLOSING_TIMEOUT = 10_000;
const MAX_CONNECTIONS = 1024;

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Starts a server.
 *
 * @param {import('../store/index.js').DurableRecommender} rec
 * @param {{ host: string, port: number, token: string, maxBodyBytes: number, onError: (error: unknown) => void, onFatal: () => void }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startServer(rec, { host, port, token, maxBodyBytes, onError, onFatal }) {
  const metrics = new Metrics();
  const document = JSON.stringify(openApi());
  /** Pages in addition to the verbs: content type and text, by path. @type {Record<string, () => string[]>} */
  const pages = { '/openapi.json': () => [JSON_TYPE, document], '/metrics': () => [TEXT, metrics.toText(rec.stats())] };
  let isClosing = false;

  /** @param {import('node:http').IncomingMessage} request @param {URL} url */
  async function answer(request, url) {
    if (url.pathname === '/health') return [JSON_TYPE, JSON.stringify({ status: isClosing ? 'closing' : 'ok' })];
    if (isClosing) throw new HttpError(503, 'server', 'a server that is not closing', 'one that is');
    if (!isToken(request.headers.authorization, token)) throw new HttpError(401, 'authorization', 'Bearer and the token', request.headers.authorization ? 'another' : 'none');
    if (Object.hasOwn(pages, url.pathname)) return pages[url.pathname]();
    const { run, query, body } = verbOf(request, url);
    const parameters = readQuery(url.searchParams, query);
    const given = body && (await readBody(request, maxBodyBytes));
    if (body && 'properties' in body) checkObject(given, body);
    return [JSON_TYPE, JSON.stringify((await run(rec, given, parameters)) ?? null)];
  }

  const server = createServer({ headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT }, async (request, response) => {
    const start = performance.now();
    const url = toUrl(request);
    let [status, type, text] = [200, JSON_TYPE, ''];
    try {
      [type, text] = await answer(request, url);
    } catch (error) {
      const refusal = answerOf(error);
      [status, text] = [refusal.status, JSON.stringify(refusal.body)];
      if (status === 500) onError(error);
      if (isFatal(error)) onFatal();
    }
    const isKnown = VERBS.some(({ path }) => path === url.pathname);
    metrics.add(isKnown ? url.pathname.slice(1) : 'other', status, (performance.now() - start) / 1000);
    // A body that was not read to its end cannot be followed by another request.
    if (!request.complete) response.setHeader('connection', 'close');
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...(status === 401 && { 'www-authenticate': 'Bearer' }) });
    response.end(text);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      isClosing = true;
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), CLOSING_TIMEOUT);
      await closed;
      clearTimeout(timer);
    },
  };
}

function toUrl({ url = '/' }) {
  try {
    return new URL(url, 'http://localhost');
  } catch {
    return new URL('http://localhost/');
  }
}

/** @param {{ method?: string }} request @param {URL} url */
function verbOf({ method }, { pathname }) {
  const verbs = VERBS.filter(({ path }) => path === pathname);
  if (!verbs.length) throw new HttpError(404, 'path', 'a path of /openapi.json', pathname);
  const verb = verbs.find((one) => one.method === method);
  if (!verb) throw new HttpError(405, 'method', verbs.map((one) => one.method).join(' or '), String(method));
  return verb;
}

/** Checks the names of the fields that the server itself reads. @param {any} given @param {import('./verbs.js').ObjectSchema} schema */
function checkObject(given, { properties, required }) {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) throw new HttpError(400, 'body', 'an object', JSON.stringify(given));
  const missing = required.find((name) => given[name] === undefined || given[name] === null);
  if (missing) throw new HttpError(400, `body.${missing}`, 'a value', 'nothing');
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(properties, name));
  if (unknown !== undefined) throw new HttpError(400, `body.${unknown}`, `one of ${Object.keys(properties).join(', ')}`, unknown);
}

/** Compares in constant time; hashing makes the lengths equal. @param {string | undefined} header @param {string} token */
function isToken(header = '', token) {
  const [, given] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  /** @param {string} text */
  const hash = (text) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(hash(given), hash(token));
}
