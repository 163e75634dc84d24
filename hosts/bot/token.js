/**
 * @file A decision and an item as a short word, for buttons and links, signed for the place to which it is sent.
 *
 * Telegram allows a button 64 bytes, and an item's id alone may have 256. So a token is 16 bytes of the decision, 6 bytes by which the library
 * finds the item, and 8 bytes of an HMAC-SHA-256 over decision, item and place, in 41 signs. Nothing is kept for it: with the same secret,
 * buttons sent before a restart work after it. Without the secret nobody makes one, one that was sent elsewhere does not hold here, and it ends
 * with the decision: when the recommender keeps it no more, or it was released.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const TOKEN = /(?<![\w-])[\w-]{41}(?![\w-])/g;
const BUTTON = /^np:([^:]+):([\w-]{41})$/;
/** A token of before they were signed. */
const UNSIGNED = /(?<![\w-])[0-9a-f]{32}\.([\w-]{8})(?![\w-])/;
const DECISION_SIGNS = 22;
const ITEM_SIGNS = 8;
/** The library is gone through for an unknown mark at most so often: anybody can make marks up. Milliseconds. */
const SEARCH_EVERY = 10_000;
/** What is left for the kind: 64 bytes less `np:`, `:` and the token. */
export const KIND_BYTES = 64 - 45;

/** 48 bits of an item's id: among 10,000 items two meet once in five million libraries. */
const fingerprint = (item) => createHash('sha256').update(item).digest().subarray(0, 6).toString('base64url');

/** What a button sends back. */
export const buttonData = (kind, token) => `np:${kind}:${token}`;

/** Makes tokens, and reads them back over a library that may change meanwhile. A place is `{ group }` or `{ user }`. */
export class Tokens {
  #rec;
  #secret;
  /** By mark: the id of the item. */
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

  /** The word for a decision and its item at a place. */
  tokenOf(decision, item, place) {
    const signature = createHmac('sha256', this.#secret).update(JSON.stringify([decision, item, place])).digest().subarray(0, 8);
    const mark = fingerprint(item);
    this.#items.set(mark, item);
    return Buffer.from(decision, 'hex').toString('base64url') + mark + signature.toString('base64url');
  }

  /** Whether a text has something that looks like a token, of today or of before they were signed. */
  looksNamed(text) {
    return text.search(TOKEN) >= 0 || UNSIGNED.test(text);
  }

  /** The item that a text's first token names, signed or not: enough to lead on to it, and for nothing else. */
  itemIn(text) {
    const marks = (text.match(TOKEN) ?? []).map((token) => markOf(token));
    return [...marks, UNSIGNED.exec(text)?.[1]].map((mark) => mark && this.#itemOf(mark)).find(Boolean);
  }

  /**
   * The first token in a text that was signed for one of these places, and whose decision is kept.
   * @param {string} text
   * @param {object[]} places
   * @returns {{ decision: string, item: string } | undefined}
   */
  find(text, places) {
    const signed = (text.match(TOKEN) ?? []).map((token) => this.#signed(token, places)).find(Boolean);
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
    const about = this.#signed(token, places);
    if (!about) return { refusal: 'unsigned' };
    return this.#rec.decision(about.decision) ? { kind, about } : { refusal: 'old' };
  }

  #signed(token, places) {
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
