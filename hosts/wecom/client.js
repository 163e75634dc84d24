/**
 * @file Calls of WeCom's API: one access token for all calls, pages, pauses after a rate limit, errors with their
 *   `errcode`.
 */

import { RATE_LIMIT, WecomError, checkedMillis, checkedOrigin, expect, expectOptions } from './errors.js';

const OPTIONS = ['corpId', 'secret', 'origin', 'timeoutMs', 'retries', 'fetch', 'now', 'wait'];
const SECOND = 1000;
/** Time before its end at which a token is renewed, in milliseconds. */
const RENEW_EARLY = 300 * SECOND;
const FIRST_PAUSE = 60 * SECOND;
const LONGEST_PAUSE = 15 * FIRST_PAUSE;

export class WecomClient {
  #secret;
  #fetch;
  #wait;
  #timeoutMs;
  #retries;
  /** @type {{ value: string, until: number } | undefined} */
  #token;
  /** @type {Promise<string> | undefined} */
  #renewing;
  /** By path, the end and the length of its pause. */
  #pauses = new Map();

  /** @param {import('./index.js').ClientOptions} options */
  constructor(options) {
    expectOptions(options, OPTIONS, 'client');
    const { corpId, secret, origin = 'https://qyapi.weixin.qq.com', timeoutMs = 10 * SECOND, retries = 3 } = options;
    const { fetch = globalThis.fetch, now = Date.now, wait = sleep } = options;
    expect(typeof corpId === 'string' && corpId, 'client.corpId', "the enterprise's id", corpId);
    // The secret must not appear in an error.
    expect(typeof secret === 'string' && secret, 'client.secret', "the app's secret", typeof secret === 'string' ? '' : secret);
    expect(Number.isSafeInteger(retries) && retries >= 0, 'client.retries', 'a whole number from 0', retries);
    this.corpId = corpId;
    this.origin = checkedOrigin(origin, 'client.origin');
    this.now = now;
    this.#secret = secret;
    this.#fetch = fetch;
    this.#wait = wait;
    this.#timeoutMs = checkedMillis(timeoutMs, 'client.timeoutMs', 1);
    this.#retries = retries;
  }

  /**
   * Calls a path below `/cgi-bin/`: by POST with a `body`, by GET without one. Without an answer it is called again
   * after a pause, unless `once`: such a call may have been carried out.
   *
   * @param {string} path Such as `externalcontact/groupchat/get`.
   * @param {{ query?: Record<string, string>, body?: object, once?: boolean }} [how]
   * @returns {Promise<Record<string, any>>}
   * @throws WecomError
   */
  async call(path, { query, body, once = false } = {}) {
    let isRenewed = false;
    for (let attempt = 0; ; attempt += 1) {
      this.#refuseWhilePaused(path);
      const token = await this.#currentToken();
      try {
        const answer = await this.#request(path, { ...query, access_token: token }, body);
        this.#pauses.delete(path);
        return answer;
      } catch (error) {
        if (error.isStaleToken && !isRenewed) {
          isRenewed = true;
          if (this.#token?.value === token) this.#token = undefined;
          continue;
        }
        if (error.errcode === RATE_LIMIT) throw this.#paused(path, error);
        if (!error.isUncertain || once || attempt >= this.#retries) throw error;
        await this.#wait(SECOND * 2 ** attempt);
      }
    }
  }

  /**
   * Reads a list page by page.
   *
   * @param {string} path
   * @param {object} body Without `cursor`.
   * @param {string} list Name of the field that contains the list.
   * @returns {AsyncGenerator<any[], void>}
   * @throws WecomError
   */
  async *pages(path, body, list) {
    const seen = new Set();
    for (let cursor = ''; ; ) {
      const answer = await this.call(path, { body: { ...body, ...(cursor && { cursor }) } });
      yield Array.isArray(answer[list]) ? answer[list] : [];
      cursor = answer.next_cursor ?? '';
      if (!cursor) return;
      if (seen.has(cursor)) throw new WecomError(path, { errcode: 0, errmsg: 'the pages do not end: a cursor was given twice' });
      seen.add(cursor);
    }
  }

  /** Returns the access token; requests one, once for all callers, if there is none. */
  #currentToken() {
    if (this.#token && this.now() < this.#token.until) return this.#token.value;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #renew() {
    for (let attempt = 0; ; attempt += 1) {
      this.#refuseWhilePaused('gettoken');
      try {
        const { access_token: value, expires_in: seconds } = await this.#request('gettoken', { corpid: this.corpId, corpsecret: this.#secret });
        if (typeof value !== 'string' || !(seconds > 0)) throw new WecomError('gettoken', { errcode: 0, errmsg: 'no token in the answer' });
        this.#token = { value, until: this.now() + Math.max(seconds * SECOND - RENEW_EARLY, (seconds * SECOND) / 2) };
        return value;
      } catch (error) {
        if (error.errcode === RATE_LIMIT) throw this.#paused('gettoken', error);
        // The call that needs the token was not made, so repeating is safe.
        if (!error.isUncertain) throw error;
        if (attempt >= this.#retries) throw new WecomError('gettoken', { errcode: 0, errmsg: `no token: ${error.message}`, cause: error });
        await this.#wait(SECOND * 2 ** attempt);
      }
    }
  }

  async #request(path, query, body) {
    const url = `${this.origin}/cgi-bin/${path}?${new URLSearchParams(query)}`;
    const post = body !== undefined && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    let answer;
    try {
      // Redirects are not followed: the URL contains the token.
      const response = await this.#fetch(url, { redirect: 'error', signal: AbortSignal.timeout(this.#timeoutMs), ...post });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      answer = await response.json();
    } catch (cause) {
      throw new WecomError(path, { errmsg: withoutUrls(cause), cause });
    }
    if (typeof answer !== 'object' || answer === null) throw new WecomError(path, { errmsg: 'the answer is not a JSON object' });
    // Some calls give no errcode when they succeed.
    if (answer.errcode) throw new WecomError(path, answer);
    return answer;
  }

  #refuseWhilePaused(path) {
    const until = this.#pauses.get(path)?.until;
    if (until > this.now()) throw new WecomError(path, { errcode: RATE_LIMIT, errmsg: 'paused after a rate limit', retryAt: until });
  }

  /** Pauses a path: a minute, doubled while WeCom keeps refusing. */
  #paused(path, { errcode, errmsg }) {
    const length = Math.min((this.#pauses.get(path)?.length ?? FIRST_PAUSE / 2) * 2, LONGEST_PAUSE);
    const retryAt = this.now() + length;
    this.#pauses.set(path, { until: retryAt, length });
    return new WecomError(path, { errcode, errmsg: errmsg ?? 'rate limit', retryAt });
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Returns the message of a failed request, without URLs: they contain the token. */
const withoutUrls = (error) => String(error?.cause?.code ?? error?.message ?? error).replace(/https?:\/\/\S+/g, 'URL');
