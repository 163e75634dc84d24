/** @file Picks under other weights. Changes nothing; the week can be computed under them as scheme B. */

import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { featureInWords, kindInWords } from 'nextpick/words';
import { compareWeek } from '../commands/scheme.js';
import { mayWrite } from '../commands.js';
import { draftOf } from '../engine/draft.js';
import { isSuperseded } from '../engine/index.js';
import { PageElement } from '../element.js';
import { answerTo, dropAnswers } from '../results/answers.js';
import { evidenceOf } from '../results/evidence.js';
import { shown } from '../results/states.js';
import { paramsOf, targetOf } from '../results/target.js';
import { href, setParams } from '../router.js';
import { store } from '../store.js';
import { t, lang } from '../words/index.js';
import { openRequest } from './why-not.js';

/** Families with a lever. */
const FAMILIES = ['freshness', 'neighbours', 'affinity', 'trend'];
/** Picks compared, and shown. */
const COMPARED = 8;
const SHOWN = 5;
/** Time without a change after which the query is made, in milliseconds. */
const PAUSE = 120;

class WhatIf extends PageElement {
  static properties = { message: {}, open: { state: true }, levers: { state: true }, base: { state: true }, answer: { state: true }, evaluated: { state: true }, failure: { state: true } };

  #timer;
  #of;

  constructor() {
    super();
    this.watch('data', 'others', 'results');
    this.levers = {};
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    dropAnswers(['sheet']);
  }

  willUpdate() {
    if (this.message.id === this.#of) return;
    this.#of = this.message.id;
    this.base = undefined;
    this.answer = undefined;
    this.levers = {};
    this.evaluated = undefined;
    if (this.open) void this.#ask();
  }

  /** Request under the levers. */
  #request() {
    return { ...openRequest(this.message), count: COMPARED, ...this.#settings() };
  }

  async #ask() {
    try {
      const client = await draftOf(this.message);
      this.base ??= await client.job('decide', { request: { ...openRequest(this.message), count: COMPARED } });
      this.answer = await client.latest('what-if', 'decide', { request: this.#request() });
      this.failure = undefined;
    } catch (error) {
      if (!isSuperseded(error) && error.code !== 'cancelled') this.failure = error.message;
    }
  }

  #set(levers) {
    this.levers = { ...this.levers, ...levers };
    this.evaluated = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  render() {
    return html`
      <details class="what-if" ?open=${this.open} @toggle=${(event) => this.#turn(event.target.open)}>
        <summary><h3 class="sheet-h">${t.sheet.whatIf}</h3> <span class="soft">${t.sheet.whatIfHint}</span></summary>
        ${this.open ? (this.base ? this.#body() : html`<p class="hint">${this.failure ?? t.shell.loading}</p>`) : nothing}
      </details>
    `;
  }

  #turn(open) {
    this.open = open;
    if (open && !this.base) void this.#ask();
  }

  #body() {
    const { objective, familyWeights } = this.levers;
    const kinds = Object.entries(this.base.slate.objective).filter(([, weight]) => weight !== 0).sort(([, a], [, b]) => b - a);
    return html`
      <div class="levers">
        ${kinds.map(([kind, weight]) => lever(kindInWords(kind, lang), objective?.[kind] ?? weight, { min: Math.min(-10, weight), max: Math.max(10, weight), step: 0.5 }, (value) => this.#set({ objective: { ...objective, [kind]: value } })))}
        ${FAMILIES.map((family) => lever(`${featureInWords(family, lang)} ×`, familyWeights?.[family] ?? 1, { min: 0, max: 3, step: 0.1 }, (value) => this.#set({ familyWeights: { ...familyWeights, [family]: value } })))}
        ${lever(t.sheet.variety, this.levers.diversity ?? store.get('data').world.diversity, { min: 0, max: 1, step: 0.05 }, (value) => this.#set({ diversity: value }))}
      </div>
      ${this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : this.#moves()}
      ${Object.keys(this.levers).length ? this.#week() : nothing}
    `;
  }

  /** The first picks with their moves. */
  #moves() {
    const before = this.base.slate.picks.map(({ item }) => item);
    const after = (this.answer ?? this.base).slate.picks.map(({ item }) => item);
    const isSame = after.every((item, i) => item === before[i]);
    return html`
      <p class="hint" role="status">${isSame ? t.sheet.unchanged : t.sheet.moved(after.filter((item, i) => item !== before[i]).length)}</p>
      <ol class="others">
        ${repeat(after.slice(0, SHOWN), (item) => item, (item, i) => {
          const was = before.indexOf(item);
          const [glyph, words] = was === i ? ['=', t.sheet.same] : was < 0 ? ['↑', t.sheet.enters] : was > i ? [`↑${was - i}`, t.sheet.up(was - i)] : [`↓${i - was}`, t.sheet.down(i - was)];
          return html`<li data-item=${item}><span class="other-rank ${was === i ? '' : was < 0 || was > i ? 'up' : 'down'}" data-move=${glyph}><span aria-hidden="true">${glyph}</span><span class="unseen">${words}</span></span><span class="other-title" dir="auto">${store.get('data').items.get(item)?.title ?? item}</span></li>`;
        })}
      </ol>
    `;
  }

  /** Settings under the levers, without the message. */
  #settings() {
    const { objective, familyWeights, diversity } = this.levers;
    return { ...(objective && { objective: { ...this.base.slate.objective, ...objective } }), ...(familyWeights && { familyWeights }), ...(diversity !== undefined && { diversity }) };
  }

  #week() {
    const others = store.get('others');
    const request = this.#settings();
    return html`
      <div class="row">
        <button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => compareWeek(request, this.message.group)}>${t.sheet.wholeWeek}</button>
        <button type="button" class="quiet" @click=${() => this.#reset()}>${t.sheet.reset}</button>
      </div>
      ${others ? html`<p class="notice slim"><span>${t.sheet.wouldChange(others.size)} <button type="button" class="link" @click=${() => setParams({ vs: 'B', view: undefined, cell: undefined })}>${t.sheet.sideBySide}</button></span></p>` : nothing}
      ${this.#evidence(request)}
    `;
  }

  /** Shows the evaluation of the levers on the log, on request: each evaluated setting widens the intervals. */
  #evidence(settings) {
    const params = paramsOf(settings);
    if (!params) return html`<p class="hint">${t.sheet.wholeFamilies}</p>`;
    const outcome = 'click';
    if (!this.evaluated) return html`<div class="row"><button type="button" class="quiet" @click=${() => (this.evaluated = { target: targetOf(params), outcome, recipients: this.message.user === undefined ? 'groups' : 'users' })}>${t.sheet.askLog}</button></div>`;
    return html`
      <section class="sheet-evidence" aria-label=${t.results.evidence}>
        ${shown(answerTo('sheet', 'offPolicy', this.evaluated), evidenceOf)}
        <p class="hint"><a href=${href(['results', 'what-if'], { ...params, outcome, to: this.evaluated.recipients, run: '1' })}>${t.sheet.inResults}</a></p>
      </section>
    `;
  }

  #reset() {
    this.levers = {};
    this.evaluated = undefined;
    this.answer = this.base;
  }
}

/** A range with its number field. */
function lever(label, value, { min, max, step }, change) {
  const set = (event) => event.target.value !== '' && event.target.checkValidity() && change(Number(event.target.value));
  return html`
    <label class="lever"><span>${label}</span>
      <input type="range" min=${min} max=${max} step=${step} .value=${live(String(value))} @input=${set} />
      <input type="number" aria-label=${label} min=${min} max=${max} step=${step} .value=${String(value)} @change=${set} />
    </label>
  `;
}

customElements.define('nx-what-if', WhatIf);
