// @ts-nocheck: a mock for tests
/**
 * Mock of WeCom's API, over HTTP on loopback, written from the documentation. Undocumented behaviour is assumed (see the README of
 * hosts/wecom). Tests against it do not prove the behaviour of WeCom.
 */
import { createServer } from 'node:http';
import { Contacts } from './contacts.mjs';
import { Messages } from './messages.mjs';

export class WecomStandIn {
  #server = createServer((request, response) => this.#serve(request, response));
  #tokens = new Map();
  #serial = 0;
  /** Received calls: path and body. */
  calls = [];
  /**
   * Next answers of a path, in order: an errcode, `'lost-before'` (no answer, nothing done), `'lost-after'` (done, no answer), `'html'`,
   * `'hang'`, or `undefined` (as usual).
   */
  failures = {};
  /** Called before and after each call is executed, and when it is answered; awaited. Returning `'drop'` before a call loses it. */
  onCall = async () => {};
  /** Additional paths of a test, which need no token. */
  extra = {};
  /** Reported lifetime of a token in seconds; tests shorten it. */
  tokenSeconds = 7200;
  /** Number of entries per page, independent of the requested limit. */
  pageSize = 3;

  corpId;
  secret;

  constructor({ corpId = 'ww0123456789abcdef', secret = 'test-secret', now = Date.now } = {}) {
    this.corpId = corpId;
    this.secret = secret;
    this.now = now;
    this.contacts = new Contacts(this);
    this.messages = new Messages(this);
  }

  async open() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }
  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  seconds = () => Math.floor(this.now() / 1000);
  serial = () => (this.#serial += 1);
  /** Invalidates all tokens, as WeCom may do at any time. */
  revokeTokens = (errcode = 42001) => {
    for (const token of this.#tokens.keys()) this.#tokens.set(token, { errcode });
  };
  /** Returns the number of calls of a path. */
  count = (path) => this.calls.filter((call) => call.path === path).length;

  /** Returns a page of a list: entries from the cursor on, and the cursor of the next page. */
  page(list, cursor, limit) {
    const start = cursor ? Number(Buffer.from(cursor, 'base64').toString()) : 0;
    const end = start + Math.min(limit || this.pageSize, this.pageSize);
    return { entries: list.slice(start, end), next_cursor: end < list.length ? Buffer.from(String(end)).toString('base64') : '' };
  }

  async #serve(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://stand-in.invalid');
    let text = '';
    for await (const piece of request) text += piece;
    const path = pathname.replace(/^\/cgi-bin\//, '');
    const body = text ? JSON.parse(text) : undefined;
    this.calls.push({ path, body, query: Object.fromEntries(searchParams) });
    const failure = this.failures[path]?.shift();
    const number = this.calls.length;
    const fate = await this.onCall({ phase: 'before', number, path });
    if (failure === 'lost-before' || fate === 'drop') return request.socket.destroy();
    if (failure === 'hang') return undefined;
    if (failure === 'html') return response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
    const answer = typeof failure === 'number' ? { errcode: failure, errmsg: 'as the test asked' } : this.#answer(path, searchParams, body);
    await this.onCall({ phase: 'after', number, path });
    if (failure === 'lost-after') return request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ errcode: 0, errmsg: 'ok', ...answer }));
    return this.onCall({ phase: 'answered', number, path });
  }

  #answer(path, query, body) {
    if (this.extra[path]) return this.extra[path](body);
    if (path === 'gettoken') return this.#token(query);
    if (path === 'webhook/send') return this.messages.robot(query.get('key'), body);
    const token = this.#tokens.get(query.get('access_token'));
    if (!token) return { errcode: 40014, errmsg: 'invalid access_token' };
    if (token.errcode) return { errcode: token.errcode, errmsg: 'access_token expired' };
    if (this.seconds() >= token.until) return { errcode: 42001, errmsg: 'access_token expired' };
    const method = this.contacts.methods[path] ?? this.messages.methods[path];
    return method ? method(body ?? {}, query) : { errcode: 40058, errmsg: `no such path: ${path}` };
  }

  /** Returns the same token until it expires, like WeCom. */
  #token(query) {
    if (query.get('corpid') !== this.corpId) return { errcode: 40013, errmsg: 'invalid corpid' };
    if (query.get('corpsecret') !== this.secret) return { errcode: 40001, errmsg: 'invalid credential' };
    const living = [...this.#tokens].find(([, { errcode, until }]) => !errcode && this.seconds() < until);
    const token = living?.[0] ?? `token-${this.serial()}`;
    if (!living) this.#tokens.set(token, { until: this.seconds() + this.tokenSeconds });
    return { access_token: token, expires_in: this.tokenSeconds };
  }
}
