// Mock of Telegram's Bot API as far as a bot needs it: HTTP with long polling; updates are kept until they are confirmed.
import { createServer } from 'node:http';

export class TelegramStandIn {
  #server = createServer((request, response) => this.#answer(request, response));
  #updates = [];
  #lastId = 1000;
  /** Pending long poll. */
  #poll;
  #confirmed = [];
  #messages = 0;
  /** Replacement for the next answer of a method: `{ sendMessage: [{ error_code: 429, … }] }`. */
  failures = {};

  /** @param {(method: string, payload: object) => void} onCall Receives each call of the bot except polls. */
  constructor(onCall) {
    this.onCall = onCall;
  }

  async open() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.apiRoot = `http://127.0.0.1:${this.#server.address().port}`;
  }
  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Delivers an update; resolves when the bot has handled and confirmed it. */
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
    this.onCall(method, payload);
    const sent = { message_id: ++this.#messages, date: 0, chat: { id: payload.chat_id, type: 'group' }, text: payload.text };
    return reply({ ok: true, result: method === 'sendMessage' ? sent : true });
  }

  #polled({ offset = 0, timeout }, reply, request) {
    this.#updates = this.#updates.filter(({ update_id: id }) => id >= offset);
    for (const { resolve } of this.#confirmed.filter(({ id }) => id < offset)) resolve();
    this.#confirmed = this.#confirmed.filter(({ id }) => id >= offset);
    // A bot that stops confirms with a poll without a timeout.
    if (!timeout) return reply({ ok: true, result: [] });
    this.#poll = { reply };
    request.socket.once('close', () => (this.#poll = undefined));
    this.#feed();
  }
}
