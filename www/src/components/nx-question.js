/** @file Request form: purpose, time, number, account. */

import { html } from 'lit';
import { live } from 'lit/directives/live.js';
import { kindInWords } from 'nextpick/words';
import { Light } from '../light.js';
import { fromField, offsetInWords, toField } from '../view.js';

/** Shipped objectives; a configuration may add others. */
const SHIPPED = ['default', 'community', 'notice', 'benefit', 'growth', 'care'];
const MOST = 50;

class Question extends Light {
  static properties = { t: {}, lang: {}, world: {}, subject: {}, question: {}, decision: {} };

  #ask(part) {
    this.tell('nx-question', { ...this.question, ...part });
  }

  #time(event) {
    const at = fromField(event.target.value, this.world.offset);
    if (Number.isFinite(at)) this.#ask({ now: at });
  }

  #count(event) {
    const count = Math.round(Number(event.target.value));
    if (count >= 1 && count <= MOST) this.#ask({ count });
  }

  /** Restores the current value after an invalid input. */
  #restore() {
    this.requestUpdate();
  }

  /** Set when all options exist: a select loses its value when they change. */
  updated() {
    const { objective, channel } = this.question;
    this.#select('#purpose').value = this.#group()?.purpose || objective !== 'default' ? objective : '';
    this.#select('#channel').value = channel;
  }

  /** @returns {HTMLSelectElement} */
  #select(selector) {
    return this.querySelector(selector);
  }

  #group() {
    return this.subject.sort === 'group' ? this.world.groups.find(({ id }) => id === this.subject.id) : undefined;
  }

  render() {
    const { t, world, question } = this;
    const group = this.#group();
    const objectives = [...new Set([...SHIPPED, ...world.objectives])];
    const purposeName = (name) => t.purposes[name] ?? name;
    const channelName = (id) => world.channels.find((channel) => channel.id === id)?.name ?? id;
    return html`
      <section class="card" aria-labelledby="question-head">
        <div class="card-head"><h2 id="question-head">${t.question}</h2></div>
        <div class="field">
          <label for="purpose">${t.purpose}</label>
          <select id="purpose" @change=${(event) => this.#ask({ objective: event.target.value })}>
            <option value="">${group?.purpose ? t.ownPurpose(purposeName(group.purpose)) : purposeName('default')}</option>
            ${objectives
              .filter((name) => group?.purpose || name !== 'default')
              .map((name) => html`<option value=${name}>${purposeName(name)}</option>`)}
          </select>
          ${this.#aims()}
        </div>
        <div class="field">
          <label for="time">${t.time} <small>${offsetInWords(world.offset)}</small></label>
          <input id="time" type="datetime-local" required .value=${live(toField(question.now, world.offset))} @change=${this.#time} @blur=${this.#restore} />
          <div class="row">
            ${world.end === undefined ? '' : html`<button type="button" class="quiet" @click=${() => this.#ask({ now: world.end })}>${t.end}</button>`}
            <button type="button" class="quiet" @click=${() => this.#ask({ now: Date.now() })}>${t.now}</button>
          </div>
        </div>
        <div class="pair">
          <div class="field narrow">
            <label for="count">${t.count}</label>
            <input id="count" type="number" inputmode="numeric" min="1" max=${MOST} .value=${live(String(question.count))} @input=${this.#count} @blur=${this.#restore} />
          </div>
          <div class="field">
            <label for="channel">${t.channel}</label>
            <select id="channel" @change=${(event) => this.#ask({ channel: event.target.value })}>
              <option value="">${group?.channel ? t.ownChannel(channelName(group.channel)) : t.anyChannel}</option>
              ${world.channels.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
            </select>
          </div>
        </div>
      </section>
    `;
  }

  /** Kinds of the purpose by weight, largest first. */
  #aims() {
    const weights = Object.entries(this.decision?.objective ?? {}).filter(([, weight]) => weight !== 0);
    if (!weights.length) return '';
    weights.sort(([, a], [, b]) => b - a);
    const said = weights.map(([kind, weight]) => `${kindInWords(kind, this.lang)} ${String(weight).replace('-', '−')}`);
    return html`<p class="hint" id="aims">${this.t.aims}${this.lang === 'en' ? ': ' : '：'}${said.join(' · ')}</p>`;
  }
}
customElements.define('nx-question', Question);
