/**
 * @file Tokens: a decision and an item as a short word for buttons and links, signed for the place it is sent to.
 *
 * Telegram allows a button 64 bytes, and an item's id alone may have 256. So a token has 16 bytes of the decision, 6
 * bytes that identify the item in the library, and 8 bytes of an HMAC-SHA-256 over decision, item and place, in 41
 * characters. Nothing is stored for it: with the same secret, buttons sent before a restart still work. A token cannot
 * be forged without the secret, is invalid in other places, and expires with its decision: when the recommender no
 * longer keeps it, or it was released.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const TOKEN = /(?<![\w-])[\w-]{41}(?![\w-])/g;
const BUTTON = /^np:([^:]+):([\w-]{41})$/;
/** Token of an earlier, unsigned version. */
const UNSIGNED = /(?<![\w-])[0-9a-f]{32}\.([\w-]{8})(?![\w-])/;
const DECISION_SIGNS = 22;
const ITEM_SIGNS = 8;
/** Minimum interval of library scans for an unknown mark, in milliseconds: anyone can invent marks. */
const SEARCH_EVERY = 10_000;
/** Bytes left for the kind: 64 less `np:`, `:` and the token. */
export const KIND_BYTES = 64 - 45;

/** Hash of an item's id, 48 bits: among 10,000 items two collide once in five million libraries. */
const fingerprint = (item) => createHash('sha256').update(item).digest().subarray(0, 6).toString('base64url');

/** Returns the payload of a button. */
export const buttonData = (kind, token) => `np:${kind}:${token}`;

/** Makes and reads tokens over a library that may change meanwhile. A place is `{ group }` or `{ user }`. */
export class Tokens {
  #rec;
  #secret;
  /** Item id by mark. */
  #items = new Map();
  #searched = -Infinity;

  /**
   * @param {{ items(): { id: string }[], item(id: string): object | undefined, decision(id: string): object | undefined }} rec
   * @param {string | Buffer} secret
   */
  constructor(rec, secret) {
    this.#rec = rec;
    this.#secret = secret;
  }

  /** Returns the token of a decision and its item at a place. */
  tokenOf(decision, item, place) {
    const signature = createHmac('sha256', this.#secret).update(JSON.stringify([decision, item, place])).digest().subarray(0, 8);
    const mark = fingerprint(item);
    this.#items.set(mark, item);
    return Buffer.from(decision, 'hex').toString('base64url') + mark + signature.toString('base64url');
  }

  /** True if a text contains a token, of this or the earlier version; its validity is not checked. */
  looksNamed(text) {
    return text.search(TOKEN) >= 0 || UNSIGNED.test(text);
  }

  /** Returns the item named by a text's first token, signed or not: sufficient only for a redirect. */
  itemIn(text) {
    const marks = (text.match(TOKEN) ?? []).map((token) => markOf(token));
    return [...marks, UNSIGNED.exec(text)?.[1]].map((mark) => mark && this.#itemOf(mark)).find(Boolean);
  }

  /**
   * Returns the first token in a text that was signed for one of these places and whose decision is kept.
   * @param {string} text
   * @param {object[]} places
   * @returns {{ decision: string, item: string } | undefined}
   */
  find(text, places) {
    const signed = (text.match(TOKEN) ?? []).map((token) => this.#verified(token, places)).find(Boolean);
    return signed && this.#rec.decision(signed.decision) && signed;
  }

  /**
   * Reads the payload of a button.
   * @returns {{ kind: string, about: { decision: string, item: string } } | { refusal: 'unknown' | 'old' | 'gone' | 'unsigned' }}
   */
  pressed(data, places) {
    const [, kind, token] = BUTTON.exec(data) ?? [];
    if (!kind) return { refusal: /^np:/.test(data) && UNSIGNED.test(data) ? 'old' : 'unknown' };
    if (this.#itemOf(markOf(token)) === undefined) return { refusal: 'gone' };
    const about = this.#verified(token, places);
    if (!about) return { refusal: 'unsigned' };
    return this.#rec.decision(about.decision) ? { kind, about } : { refusal: 'old' };
  }

  #verified(token, places) {
    const item = this.#itemOf(markOf(token));
    const decision = Buffer.from(token.slice(0, DECISION_SIGNS), 'base64url').toString('hex');
    const isSigned = item !== undefined && places.some((place) => isSame(token, this.tokenOf(decision, item, place)));
    return isSigned ? { decision, item } : undefined;
  }

  #itemOf(mark) {
    if (!this.#items.has(mark) && performance.now() - this.#searched > SEARCH_EVERY) {
      this.#searched = performance.now();
      this.#items = new Map(this.#rec.items().map(({ id }) => [fingerprint(id), id]));
    }
    const id = this.#items.get(mark);
    return id !== undefined && this.#rec.item(id) ? id : undefined;
  }
}

const markOf = (token) => token.slice(DECISION_SIGNS, DECISION_SIGNS + ITEM_SIGNS);
const isSame = (one, other) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
