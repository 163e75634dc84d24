/** @file Compiles a WebAssembly module from each form in which a host may have it. */

import { NextpickError } from '../error.js';

const RULE = 'a WebAssembly.Module, its bytes, a Response, a URL, or a promise of one of these';

/** Remedy for an address under which there is no module. */
const ADDRESS = '`init` takes the right address or the bytes; `nextpick/inline` has them inside; Vite before 8 needs optimizeDeps: { exclude: ["nextpick"] }';
const CONNECT = 'the address must be reachable, and allowed in connect-src by a Content-Security-Policy';

/** Failure to load a module, with its address and a remedy. */
class SourceFailure extends Error {
  /** @param {string} message @param {unknown} url @param {string} mend Remedy. @param {unknown} [cause] */
  constructor(message, url, mend, cause) {
    super(message);
    Object.assign(this, { url: String(url), mend, cause: cause ?? this });
  }
}

/** Returns the type of a value, also for objects of another realm, such as those of a test runner. @param {unknown} value */
const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** @param {unknown} value @returns {value is WebAssembly.Module} */
const isModule = (value) => value instanceof WebAssembly.Module || tagOf(value) === 'WebAssembly.Module';
/** @param {unknown} value @returns {value is BufferSource} */
const isBytes = (value) => ArrayBuffer.isView(value) || /^(Shared)?ArrayBuffer$/.test(tagOf(value));

/** Throws for a value that cannot be a source, such as a missing import. @param {unknown} source */
export function checkSource(source) {
  if (typeof source === 'string' ? source === '' : source === null || typeof source !== 'object') throw NextpickError.invalid('module', RULE, source);
}

/**
 * Returns the compiled module.
 *
 * @param {unknown} source See {@link RULE}.
 * @param {(url: URL) => unknown} [open] Reads an address that the host's `fetch` cannot; `undefined` for any other.
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(source, open) {
  if (typeof WebAssembly === 'undefined') throw new Error('this host has no WebAssembly');
  const given = /** @type {any} */ (await source);
  checkSource(given);
  if (isModule(given)) return given;
  if (isBytes(given)) return WebAssembly.compile(given);
  if (tagOf(given) === 'Response') return compileResponse(given);
  if (typeof given !== 'string' && tagOf(given) !== 'URL') throw NextpickError.invalid('module', RULE, given);
  const url = open ? new URL(given) : given;
  const opened = await open?.(/** @type {URL} */ (url));
  return opened ? compile(opened) : compileResponse(await request(url), url);
}

/** @param {URL | string} url */
async function request(url) {
  try {
    return await fetch(url);
  } catch (/** @type {any} */ cause) {
    throw new SourceFailure(cause?.message ?? cause, url, CONNECT, cause);
  }
}

/**
 * @param {Response} response
 * @param {URL | string} [url] The address if the response names none.
 */
async function compileResponse(response, url = '') {
  const address = response.url || url;
  if (!response.ok) throw new SourceFailure(`status ${response.status} ${response.statusText}`.trim(), address, ADDRESS);
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/html')) throw new SourceFailure('a page of text/html instead of a module', address, ADDRESS);
  const streams = typeof WebAssembly.compileStreaming === 'function' && type.startsWith('application/wasm');
  try {
    return await (streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
  } catch (/** @type {any} */ cause) {
    throw new SourceFailure(cause?.message ?? cause, address, '', cause);
  }
}
