// A stand-in for Telegram's Bot API, as far as a bot needs it: over HTTP, with long polling, updates kept until they are confirmed.
import { createServer } from 'node:http';

export class TelegramStandIn {
  #server = createServer((request, response) => this.#answer(request, response));
  #updates = [];
  #lastId = 1000;
  /** The poll that waits for news. */
  #poll;
  #confirmed = [];
  #messages = 0;
  /** Replacement for the next answer of a method: `{ sendMessage: [{ error_code: 429, … }] }`. */
  failures = {};

  /** @param {(method: string, payload: object) => void} told What the bot asked for, polling excepted. */
  constructor(told) {
    this.told = told;
  }

  async open() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.apiRoot = `http://127.0.0.1:${this.#server.address().port}`;
  }
  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Hands an update to the bot; resolves when it is confirmed, which a bot does after it has dealt with it. */
  deliver(update, id = ++this.#lastId) {
    this.#updates.push({ update_id: id, ...update });
    const confirmed = new Promise((resolve) => this.#confirmed.push({ id, resolve }));
    this.#feed();
    return confirmed.then(() => id);
  }

  #feed() {
    if (!this.#poll || !this.#updates.length) return;
    const { reply } = this.#poll;
    this.#poll = undefined;
    reply({ ok: true, result: this.#updates });
  }

  async #answer(request, response) {
    const method = request.url.split('/').pop();
    let body = '';
    for await (const piece of request) body += piece;
    const payload = body ? JSON.parse(body) : {};
    const reply = (answer) => {
      response.writeHead(answer.ok ? 200 : answer.error_code, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    };
    if (method === 'getUpdates') return this.#polled(payload, reply, request);
    if (method === 'getMe') return reply({ ok: true, result: { id: 1, is_bot: true, first_name: '茶馆', username: 'tea_bot' } });
    const failure = this.failures[method]?.shift();
    if (failure === 'silence') return request.socket.destroy();
    if (failure) return reply({ ok: false, ...failure });
    this.told(method, payload);
    const sent = { message_id: ++this.#messages, date: 0, chat: { id: payload.chat_id, type: 'group' }, text: payload.text };
    return reply({ ok: true, result: method === 'sendMessage' ? sent : true });
  }

  #polled({ offset = 0, timeout }, reply, request) {
    this.#updates = this.#updates.filter(({ update_id: id }) => id >= offset);
    for (const { resolve } of this.#confirmed.filter(({ id }) => id < offset)) resolve();
    this.#confirmed = this.#confirmed.filter(({ id }) => id >= offset);
    // A bot that stops confirms with a poll that waits for nothing.
    if (!timeout) return reply({ ok: true, result: [] });
    this.#poll = { reply };
    request.socket.once('close', () => (this.#poll = undefined));
    this.#feed();
  }
}
