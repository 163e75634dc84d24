/**
 * @file A decision and an item as a short word, for buttons and links.
 *
 * Telegram allows a button 64 bytes. An item's id alone may have 256, so the item stands in the token as a fingerprint of its id, which
 * the library gives back. Nothing is kept for it: buttons sent before a restart work after it.
 */

import { createHash } from 'node:crypto';

const TOKEN = /\b([0-9a-f]{32})\.([\w-]{8})(?![\w-])/;
const BUTTON = /^np:([^:]+):([0-9a-f]{32}\.[\w-]{8})$/;
/** What is left for the kind: 64 bytes less `np:`, `:`, 32 of the decision, a dot and 8 of the item. */
export const KIND_BYTES = 64 - 45;

/** 48 bits of an item's id: among 10,000 items two meet once in five million libraries. */
const fingerprint = (item) => createHash('sha256').update(item).digest().subarray(0, 6).toString('base64url');

/** The word for a decision and its item. */
export const tokenOf = (decision, item) => `${decision}.${fingerprint(item)}`;

/** What a button sends back. */
export const buttonData = (kind, token) => `np:${kind}:${token}`;

/** Reads tokens back, over a library that may change meanwhile. */
export class Tokens {
  #rec;
  #items = new Map();

  /** @param {{ items(): { id: string }[], item(id: string): object | undefined }} rec */
  constructor(rec) {
    this.#rec = rec;
  }

  /**
   * The first token in a text, be it a link or a token alone.
   * @returns {{ decision: string, item?: string } | undefined} Without `item`, the library no longer has it.
   */
  find(text) {
    const [, decision, mark] = TOKEN.exec(text) ?? [];
    return decision && { decision, item: this.#itemOf(mark) };
  }

  /** What a button of ours sent; `undefined` if it is not one of ours. */
  pressed(data) {
    const [, kind, token] = BUTTON.exec(data) ?? [];
    return kind && { kind, ...this.find(token) };
  }

  #itemOf(mark) {
    if (!this.#items.has(mark)) this.#items = new Map(this.#rec.items().map(({ id }) => [fingerprint(id), id]));
    const id = this.#items.get(mark);
    return id !== undefined && this.#rec.item(id) ? id : undefined;
  }
}
