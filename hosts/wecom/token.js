/** @file Signed tokens of links, which name the sent task or decision and the item. Nothing is stored for them. */

import { createHmac, timingSafeEqual } from 'node:crypto';

import { expect } from './errors.js';

/** Minimum length of a secret in bytes: shorter ones can be guessed. */
const SECRET_BYTES = 16;
const SIGNATURE_BYTES = 12;

/** Makes and reads tokens. A token names a task, or a decision sent to one customer, and its item. */
export class LinkTokens {
  #secret;

  /** @param {string} secret */
  constructor(secret) {
    const isLong = typeof secret === 'string' && Buffer.byteLength(secret) >= SECRET_BYTES;
    expect(isLong, 'links.secret', `a string of at least ${SECRET_BYTES} bytes`, typeof secret === 'string' ? 'a shorter one' : secret);
    this.#secret = secret;
  }

  /** @param {{ task?: string, decision?: string, item: string }} sent Exactly one of task and decision. */
  tokenOf({ task, decision, item }) {
    const body = Buffer.from(JSON.stringify(task === undefined ? ['d', decision, item] : ['t', task, item])).toString('base64url');
    return `${body}.${this.#signature(body)}`;
  }

  /**
   * Returns the content of a token; `undefined` if it was not signed with this secret.
   * @returns {{ task?: string, decision?: string, item: string } | undefined}
   */
  read(token) {
    const [body, signature = '', ...rest] = String(token).split('.');
    const [expected, given] = [Buffer.from(this.#signature(body)), Buffer.from(signature)];
    if (rest.length || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [sort, id, item] = JSON.parse(Buffer.from(body, 'base64url').toString());
    return sort === 't' ? { task: id, item } : { decision: id, item };
  }

  #signature = (body) => createHmac('sha256', this.#secret).update(body).digest().subarray(0, SIGNATURE_BYTES).toString('base64url');
}
