/** @file The next items for one group or user: the request, the slate, and the refused items. */

import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { kindInWords } from 'nextpick/words';
import { announce } from '../commands.js';
import { engine, isSuperseded } from '../engine/index.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { purposeName } from '../view.js';
import { t, lang } from '../words/index.js';
import './refused.js';
import './slate.js';

/** Shipped objectives; a configuration may add others. */
const SHIPPED = ['default', 'community', 'notice', 'benefit', 'growth', 'care'];
const MOST = 50;
/** Time after which computing is announced, in milliseconds. */
const LATE = 1000;

class Next extends PageElement {
  /** `sort`: `group` or `user`; `subject`: its id. */
  static properties = { sort: {}, subject: {}, question: { state: true }, answer: { state: true }, busy: { state: true }, failure: { state: true }, wrong: { state: true } };

  #requested = '';
  #late;

  constructor() {
    super();
    this.watch('data');
    this.question = { objective: '', count: 5, channel: '' };
    this.busy = false;
  }

  willUpdate() {
    const { asOf, revision } = store.get('data');
    const { objective, channel, count } = this.question;
    const request = { [this.sort]: this.subject, now: asOf, count, ...(objective && { objective }), ...(channel && { channel }) };
    const requested = JSON.stringify([revision, request]);
    if (requested === this.#requested) return;
    this.#requested = requested;
    void this.#decide(request);
  }

  async #decide(request) {
    this.busy = true;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => announce(t.slate.deciding), LATE);
    try {
      const before = this.answer;
      this.answer = await engine.latest('decide', 'decide', { request });
      this.same = isSame(before, this.answer);
      this.failure = undefined;
      this.#announce();
      this.busy = false;
    } catch (error) {
      if (isSuperseded(error)) return;
      this.failure = error.message;
      this.busy = false;
    } finally {
      if (!this.busy) clearTimeout(this.#late);
    }
  }

  /** Announces the result once to screen readers; the list itself would be read completely. */
  #announce() {
    const { picks } = this.answer.slate;
    const first = picks[0] && (store.get('data').items.get(picks[0].item)?.title ?? picks[0].item);
    announce(t.slate.announce({ name: this.#name(), picked: picks.length, first }));
  }

  /** Returns the name of the subject of the shown answer, which may differ briefly from the requested one. */
  #name() {
    const { groups, users } = store.get('data');
    const { group, user } = this.answer?.request ?? { [this.sort]: this.subject };
    return user !== undefined ? users.get(user)?.name ?? user : groups.get(group)?.name ?? group;
  }

  render() {
    return html`
      <div class="columns">
        <div aria-busy=${this.busy ? 'true' : 'false'} class="answer">
          ${this.failure ? html`<div class="notice wrong" role="alert"><div><h3>${t.shell.failed}</h3><p>${this.failure}</p></div></div>` : nothing}
          <nx-slate .answer=${this.answer} .name=${this.#name()} .busy=${this.busy} .same=${this.same}></nx-slate>
          <nx-refused .answer=${this.answer}></nx-refused>
        </div>
        <details class="card question" ?open=${matchMedia('(min-width: 62rem)').matches}>
          <summary><h2>${t.question.head}</h2><span class="soft">${this.#purposeShown()}</span></summary>
          ${this.#form()}
        </details>
      </div>
    `;
  }

  #group() {
    return this.sort === 'group' ? store.get('data').groups.get(this.subject) : undefined;
  }

  #purposeShown() {
    return purposeName(this.question.objective || this.#group()?.purpose || 'default');
  }

  #form() {
    const { world } = store.get('data');
    const { question } = this;
    const group = this.#group();
    const objectives = [...new Set([...SHIPPED, ...world.objectives])].filter((name) => group?.purpose || name !== 'default');
    const channelName = (id) => world.channels.find((channel) => channel.id === id)?.name ?? id;
    const ask = (part) => (this.question = { ...this.question, ...part });
    return html`
      <div class="field">
        <label for="purpose">${t.question.purpose}</label>
        <select id="purpose" @change=${(event) => ask({ objective: event.target.value })}>
          <option value="" ?selected=${!question.objective}>${group?.purpose ? t.question.ownPurpose(purposeName(group.purpose)) : purposeName('default')}</option>
          ${objectives.map((name) => html`<option value=${name} ?selected=${question.objective === name}>${purposeName(name)}</option>`)}
        </select>
        ${this.#aims()}
      </div>
      <div class="pair">
        <div class="field narrow">
          <label for="count">${t.question.count}</label>
          <input id="count" type="number" inputmode="numeric" min="1" max=${MOST} aria-describedby="count-wrong" aria-invalid=${this.wrong ? 'true' : 'false'} .value=${live(String(this.wrong ?? question.count))} @change=${(event) => this.#count(event, ask)} />
        </div>
        <div class="field">
          <label for="channel">${t.question.channel}</label>
          <select id="channel" @change=${(event) => ask({ channel: event.target.value })}>
            <option value="">${group?.channel ? t.question.ownChannel(channelName(group.channel)) : t.question.anyChannel}</option>
            ${world.channels.map(({ id, name }) => html`<option value=${id} ?selected=${question.channel === id}>${name}</option>`)}
          </select>
        </div>
      </div>
      <p class="problem" id="count-wrong" role="alert">${this.wrong === undefined ? '' : t.question.countRange(MOST)}</p>
    `;
  }

  #count(event, ask) {
    const count = Number(event.target.value);
    const fits = Number.isInteger(count) && count >= 1 && count <= MOST;
    this.wrong = fits ? undefined : event.target.value;
    if (fits) ask({ count });
  }

  /** Kinds of the purpose by weight, largest first. */
  #aims() {
    const weights = Object.entries(this.answer?.slate.objective ?? {}).filter(([, weight]) => weight !== 0).sort(([, a], [, b]) => b - a);
    if (!weights.length) return nothing;
    const said = weights.map(([kind, weight]) => `${kindInWords(kind, lang)} ${String(weight).replace('-', '−')}`);
    return html`<p class="hint" id="aims">${t.question.aims(said.join(' · '))}</p>`;
  }
}

/** True if two answers for a subject have the same picks in the same order, although the requests differ. */
function isSame(before, after) {
  if (!before || before.request.group !== after.request.group || before.request.user !== after.request.user) return false;
  if (before.request.count !== after.request.count || before.request.now !== after.request.now) return false;
  return before.slate.picks.map(({ item }) => item).join('\n') === after.slate.picks.map(({ item }) => item).join('\n');
}

customElements.define('nx-next', Next);
