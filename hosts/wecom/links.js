/**
 * @file Counted links. WeCom does not report openings of a message, so its link leads here first.
 *
 * A message is the same for all recipients of a task. The person is identified by OAuth (`snsapi_base`, without a prompt),
 * or because the task has one recipient. Otherwise the link works and is not counted.
 */

import { createHash } from 'node:crypto';

import { checkedOrigin, expect, expectOptions, textOf } from './errors.js';
import { LinkTokens } from './token.js';

const OPTIONS = ['url', 'secret', 'kind', 'oauth'];

export class Links {
  #rec;
  #client;
  #ledger;
  #options;
  #tokens;
  #url;
  #kind;
  #authorizeOrigin;

  /** @param {{ rec: object, client: import('./client.js').WecomClient, ledger: object, options: object }} parts `options.links` as in the host's options. */
  constructor({ rec, client, ledger, options }) {
    expectOptions(options.links, OPTIONS, 'links');
    const { url, secret, kind = 'click', oauth } = options.links;
    this.#url = checkedUrl(url);
    expect(typeof kind === 'string' && kind, 'links.kind', 'a kind of interaction', kind);
    if (oauth !== undefined) {
      expectOptions(oauth, ['origin'], 'links.oauth');
      this.#authorizeOrigin = checkedOrigin(oauth.origin ?? 'https://open.weixin.qq.com', 'links.oauth.origin');
    }
    this.#tokens = new LinkTokens(secret);
    this.#rec = rec;
    this.#client = client;
    this.#ledger = ledger;
    this.#options = options;
    this.#kind = kind;
  }

  tokenOf(content) {
    return this.#tokens.tokenOf(content);
  }
  /** Returns the link with a token. */
  urlOf(token) {
    return `${this.#url}${token}`;
  }

  /**
   * Records that a link or a mini-program page was opened. Counts once per person and sending.
   * @param {{ token: string, user?: string, at: number }} visit `user`: the user who opened it, if known.
   * @returns {Promise<{ item: import('nextpick').Item, counted: boolean } | undefined>} `undefined` for an unknown token.
   */
  async opened({ token, user, at }) {
    const content = this.#tokens.read(token);
    const item = content && this.#rec.item(content.item);
    if (!item) return undefined;
    const about = this.#aboutOf(content, user);
    if (!about) return { item, counted: false };
    const { log, channel } = this.#options;
    const id = `np:${createHash('sha256').update(JSON.stringify([this.#kind, about])).digest('base64url').slice(0, 22)}`;
    const counted = await this.#rec.observe({ ...about, id, item: item.id, kind: this.#kind, at, channel }, { now: this.#options.now() });
    log({ event: 'observed', kind: this.#kind, item: item.id, decision: about.decision, ...(!counted && { again: true }) });
    return { item, counted };
  }

  /** Handles a request for a link. @param {Request} request @returns {Promise<Response>} */
  handle = async (request) => {
    try {
      const { pathname, searchParams } = new URL(request.url);
      const isAhead = /prefetch|preview/i.test(`${request.headers.get('purpose')} ${request.headers.get('sec-purpose')}`);
      if (request.method === 'HEAD' || isAhead) return answer(204);
      if (request.method !== 'GET') return answer(405, { allow: 'GET, HEAD' });
      const token = pathname.slice(pathname.lastIndexOf('/') + 1);
      const content = this.#tokens.read(token);
      if (!content) return answer(404);
      const code = searchParams.get('code');
      const isAsked = code || searchParams.has('state');
      if (this.#authorizeOrigin && !isAsked && this.#isShared(content)) return answer(302, { location: this.#authorizeUrl(token) });
      const user = code ? await this.#visitor(code) : undefined;
      const opened = await this.opened({ token, user, at: this.#options.now() });
      const target = opened?.item.data?.url;
      return /^https?:\/\//.test(target) ? answer(302, { location: target }) : answer(404);
    } catch (error) {
      this.#options.log({ event: 'failed', error: textOf(error) });
      return answer(500);
    }
  };

  /**
   * Returns the user or group and the decision of an opening; `undefined` if they are not known.
   * @param {{ task?: string, decision?: string }} content
   * @param {string | undefined} user
   */
  #aboutOf({ task, decision }, user) {
    const known = user !== undefined && this.#rec.user(user) ? user : undefined;
    if (decision !== undefined) {
      const sent = this.#sentOf(decision);
      const isMember = sent?.subject.user === undefined && known !== undefined && this.#rec.group(sent?.subject.group)?.members?.some(isUser(known));
      return sent && { ...(isMember && { user: known }), ...sent.subject, decision };
    }
    if (known === undefined) return undefined;
    const own = this.#ledger.decisionOf(task, { user: known });
    if (own) return { user: known, decision: own };
    const groups = this.#rec.groups().filter(({ members = [] }) => members.some(isUser(known)));
    const [group] = groups.filter(({ id }) => this.#ledger.decisionOf(task, { group: id }));
    return group && { user: known, group: group.id, decision: this.#ledger.decisionOf(task, { group: group.id }) };
  }

  /**
   * @type {(content: { task?: string, decision?: string }) => boolean} True if a token alone does not identify the
   * person.
   */
  #isShared = ({ task, decision }) => task !== undefined || this.#sentOf(decision)?.subject.user === undefined;

  /** Returns a decision that was sent, or handed over: its link may be opened before the results are read. */
  #sentOf = (decision) => this.#rec.decision(decision) ?? this.#ledger.decisionIn(decision);

  /** Returns the customer behind a code of OAuth; `undefined` for others. The link works in any case. */
  async #visitor(code) {
    try {
      return (await this.#client.call('auth/getuserinfo', { query: { code } })).external_userid;
    } catch (error) {
      this.#options.log({ event: 'failed', error: textOf(error), retry: false });
      return undefined;
    }
  }

  #authorizeUrl(token) {
    const back = { redirect_uri: this.urlOf(token), response_type: 'code', scope: 'snsapi_base', state: 'np' };
    const query = new URLSearchParams({ appid: this.#client.corpId, ...back });
    return `${this.#authorizeOrigin}/connect/oauth2/authorize?${query}#wechat_redirect`;
  }
}

const isUser = (id) => (member) => (member.user ?? member) === id;
const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
const answer = (status, headers = {}) => new Response(null, { status, headers: { ...HEADERS, ...headers } });

/** Returns the URL that tokens are appended to. */
function checkedUrl(url) {
  const rule = 'a URL that ends with a slash, such as https://host/x/';
  expect(typeof url === 'string' && URL.canParse(url), 'links.url', rule, url);
  const { protocol, search, hash } = new URL(url);
  expect(/^https?:$/.test(protocol) && url.endsWith('/') && !search && !hash, 'links.url', rule, url);
  return url;
}
