/** @file Robot of a staff group: at most 20 messages a minute, long texts in pieces. */

import { WecomError, checkedOrigin, expect, expectOptions } from './errors.js';

const MINUTE = 60_000;
const PER_MINUTE = 20;
const MAX_BYTES = 4_096;
const TIMEOUT = 10_000;

export class StaffRobot {
  #url;
  #fetch;
  #now;
  #wait;
  /** Times of the latest messages. */
  #sent = [];
  /** @type {Promise<unknown>} */
  #turns = Promise.resolve();

  /** @param {import('./index.js').RobotOptions} options */
  constructor(options) {
    expectOptions(options, ['key', 'origin', 'fetch', 'now', 'wait'], 'robot');
    const { key, origin = 'https://qyapi.weixin.qq.com', fetch = globalThis.fetch, now = Date.now, wait = sleep } = options;
    expect(typeof key === 'string' && key, 'robot.key', "the key in the robot's webhook", typeof key === 'string' ? '' : key);
    this.#url = `${checkedOrigin(origin, 'robot.origin')}/cgi-bin/webhook/send?${new URLSearchParams({ key })}`;
    this.#fetch = fetch;
    this.#now = now;
    this.#wait = wait;
  }

  /**
   * Sends Markdown, one message after another; waits where a minute is full.
   * @param {string} markdown
   * @returns {Promise<number>} Number of messages.
   * @throws WecomError
   */
  send(markdown) {
    expect(typeof markdown === 'string' && markdown.trim(), 'markdown', 'a text', markdown);
    const turn = this.#turns.then(async () => {
      const pieces = piecesOf(markdown);
      for (const piece of pieces) await this.#post(piece);
      return pieces.length;
    });
    this.#turns = turn.catch(() => {});
    return turn;
  }

  async #post(content) {
    this.#sent = this.#sent.filter((at) => at > this.#now() - MINUTE);
    if (this.#sent.length >= PER_MINUTE) {
      await this.#wait(this.#sent[0] + MINUTE - this.#now());
      this.#sent.shift();
    }
    this.#sent.push(this.#now());
    const body = JSON.stringify({ msgtype: 'markdown', markdown: { content } });
    let answer;
    try {
      /** @type {RequestInit} */
      const how = { method: 'POST', headers: { 'content-type': 'application/json' }, body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) };
      answer = await (await this.#fetch(this.#url, how)).json();
    } catch (cause) {
      throw new WecomError('webhook/send', { cause });
    }
    if (answer?.errcode) throw new WecomError('webhook/send', answer);
  }
}

/** Splits a text between lines, and a longer line between characters. */
export function piecesOf(text) {
  const pieces = [''];
  for (const line of text.split('\n')) {
    const added = pieces.at(-1) && `${pieces.at(-1)}\n${line}`;
    if (added && Buffer.byteLength(added) <= MAX_BYTES) pieces[pieces.length - 1] = added;
    else pieces.push(...lineIn(line));
  }
  return pieces.filter((piece) => piece.trim());
}

function lineIn(line) {
  const pieces = [''];
  let length = 0;
  for (const sign of line) {
    length += Buffer.byteLength(sign);
    if (length > MAX_BYTES) {
      pieces.push('');
      length = Buffer.byteLength(sign);
    }
    pieces[pieces.length - 1] += sign;
  }
  return pieces;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
