/** @file Errors of calls to WeCom, and checks of options. */

/** Code of a rate limit. */
export const RATE_LIMIT = 45009;
/** Codes for an access token that is invalid or has expired. */
const TOKEN_CODES = [40014, 42001];
/** Code of "system busy", after which WeCom may or may not have carried the call out. */
const BUSY = -1;
const MAX_MESSAGE_CHARS = 200;

/** A call that WeCom refused, or that got no answer. */
export class WecomError extends Error {
  name = 'WecomError';

  /**
   * @param {string} path Path of the call, such as `externalcontact/add_msg_template`.
   * @param {{ errcode?: number, errmsg?: string, retryAt?: number, cause?: unknown }} answer
   */
  constructor(path, { errcode, errmsg = '', retryAt, cause }) {
    const text = errmsg.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, MAX_MESSAGE_CHARS);
    super(`${path}: ${errcode === undefined ? 'no answer' : errcode}${text && ` ${text}`}`, { cause });
    this.path = path;
    /** WeCom's code; `undefined` without an answer. */
    this.errcode = errcode;
    /** Earliest time of the next call after a rate limit, in milliseconds. */
    this.retryAt = retryAt;
  }

  /** True if WeCom may have carried the call out: there was no answer, or it was busy. */
  get isUncertain() {
    return this.errcode === undefined || this.errcode === BUSY;
  }
  /** True if the access token must be renewed. */
  get isStaleToken() {
    return TOKEN_CODES.includes(this.errcode);
  }
}

export const textOf = (error) => (error instanceof Error ? error.message : String(error));

/** @throws TypeError that names the option, the rule and the value. */
export function expect(isMet, name, rule, value) {
  if (!isMet) throw new TypeError(`${name}: expected ${rule}, got ${describe(value)}`);
}

/** @throws TypeError for an option that does not exist. */
export function expectOptions(given, known, name = '') {
  expect(typeof given === 'object' && given !== null && !Array.isArray(given), name || 'options', 'an object', given);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new TypeError(`${name && `${name}.`}${unknown}: expected one of ${known.join(', ')}`);
}

/** Returns a URL's origin without a slash at its end. */
export function checkedOrigin(origin, name) {
  let url;
  try {
    url = new URL(origin);
  } catch {
    expect(false, name, 'an origin such as https://qyapi.weixin.qq.com', origin);
  }
  expect(/^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash, name, 'an origin such as https://qyapi.weixin.qq.com', origin);
  return url.origin;
}

/** Checks a whole number of milliseconds. */
export function checkedMillis(value, name, least = 0, most = Infinity) {
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  expect(Number.isSafeInteger(value) && value >= least && value <= most, name, `a whole number of milliseconds ${range}`, value);
  return value;
}

function describe(value) {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (Array.isArray(value)) return 'a list';
  return ['object', 'function'].includes(typeof value) && value !== null ? typeof value : String(value);
}
