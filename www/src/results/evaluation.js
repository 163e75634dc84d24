/** @file Part "what if" of the results: estimates the effect of other settings from the log. */

import { html, nothing } from 'lit';
import { featureInWords, kindInWords } from 'nextpick/words';
import { askAs, isSuperseded } from '../engine/index.js';
import { PageElement } from '../element.js';
import { setParams } from '../router.js';
import { store } from '../store.js';
import { fromField, purposeName } from '../view.js';
import { lang, t } from '../words/index.js';
import { answerTo } from './answers.js';
import { evidenceOf } from './evidence.js';
import { noSends, shown } from './states.js';
import { FAMILIES, POLICIES, paramsOf, targetOf, weightsOf } from './target.js';

/** Kinds that are never an outcome to be compared. */
const NOT_OUTCOMES = ['impression', 'dismiss'];

class Evaluation extends PageElement {
  static properties = { config: { state: true }, scheme: { state: true } };

  constructor() {
    super();
    this.watch('data', 'route', 'results', 'scheme');
    void this.#read();
  }

  async #read() {
    try {
      this.config = await askAs('config of the evaluation', 'effectiveConfig');
    } catch (error) {
      if (!isSuperseded(error)) throw error;
    }
  }

  /** The question of the address. */
  #request() {
    const { outcome = 'click', to, since, ...params } = store.get('route').params;
    const from = since ? fromField(`${since}T00:00`, store.get('data').world.offset) : undefined;
    return { target: targetOf(params), outcome, ...(to && { recipients: to }), ...(Number.isFinite(from) && { from }) };
  }

  willUpdate() {
    const request = this.#request();
    const isAsked = store.get('route').params.run && Object.keys(request.target).length;
    this.state = isAsked ? answerTo('off-policy', 'offPolicy', request) : undefined;
  }

  render() {
    if (!this.config) return html`<p class="hint">${t.shell.loading}</p>`;
    return html`
      <section class="card part evaluation" aria-labelledby="target-head">
        <h2 id="target-head">${t.results.otherSettings}</h2>
        <p class="hint">${t.results.otherSettingsHint}</p>
        ${this.#form()}
      </section>
      ${this.state ? shown(this.state, (answer, request) => this.#answer(answer, request)) : nothing}
    `;
  }

  /** Changes a setting; the shown answer belongs to the earlier ones. */
  #set(fields) {
    setParams({ run: undefined, ...fields }, { replace: true });
  }

  #form() {
    const { params } = store.get('route');
    const { objective = '', policy = '', diversity = '', outcome = 'click', to = '', since = '' } = params;
    const weights = weightsOf(params.weights);
    const scheme = store.get('scheme')?.request;
    const ofScheme = scheme && paramsOf(scheme);
    const option = (value, label, chosen) => html`<option value=${value} ?selected=${value === chosen}>${label}</option>`;
    const outcomes = Object.keys(this.config.kinds).filter((kind) => !NOT_OUTCOMES.includes(kind));
    const own = Object.entries(weights).map(([kind, weight]) => `${kindInWords(kind, lang)} ${weight}`).join(' · ');
    const isSame = Object.keys(this.#request().target).length === 0;
    return html`
      <form class="format-fields" @submit=${(event) => this.#ask(event)}>
        <label>${t.results.objective}<select id="objective" @change=${({ target: { value } }) => this.#set(value === '=' ? {} : { objective: value || undefined, weights: undefined })}>
          ${option('', t.results.asLogged, own ? '=' : objective)}${own ? option('=', own, '=') : nothing}${Object.keys(this.config.objectives).map((name) => option(name, purposeName(name), own ? '=' : objective))}
        </select></label>
        <label>${t.results.policy}<select id="policy" @change=${({ target: { value } }) => this.#set({ policy: value || undefined })}>${option('', t.results.asLogged, policy)}${Object.keys(POLICIES).map((name) => option(name, t.results.policies[name], policy))}</select></label>
        <label>${t.sheet.variety}<input id="diversity" type="number" min="0" max="1" step="0.05" placeholder=${t.results.asLogged} .value=${diversity} @change=${({ target }) => target.checkValidity() && this.#set({ diversity: target.value || undefined })} /></label>
        <label>${t.results.response}<select id="outcome" @change=${({ target: { value } }) => this.#set({ outcome: value })}>${outcomes.map((kind) => option(kind, kindInWords(kind, lang), outcome))}</select></label>
        <label>${t.results.recipients}<select id="recipients" @change=${({ target: { value } }) => this.#set({ to: value || undefined })}>${option('', t.results.byItself, to)}${['groups', 'users'].map((name) => option(name, t.results.recipientNames[name], to))}</select></label>
        <label>${t.results.since}<input id="since" type="date" .value=${since} @change=${({ target: { value } }) => this.#set({ since: value || undefined })} /></label>
        ${this.#families(params.families)}
        <div class="row wide">
          <button type="submit" class="main" ?disabled=${isSame}>${t.results.evaluate}</button>
          ${ofScheme ? html`<button type="button" class="quiet" @click=${() => this.#set({ objective: undefined, weights: undefined, families: undefined, diversity: undefined, ...ofScheme })}>${t.results.ofScheme}</button>` : nothing}
          ${isSame ? html`<span class="hint">${t.results.nothingDiffers}</span>` : nothing}
        </div>
      </form>
    `;
  }

  #families(text) {
    const used = text === undefined ? FAMILIES : FAMILIES.filter((family) => text.split(',').includes(family));
    const turn = (family, on) => {
      const next = FAMILIES.filter((one) => (one === family ? on : used.includes(one)));
      this.#set({ families: next.length && next.length < FAMILIES.length ? next.join(',') : undefined });
    };
    return html`
      <details class="wide" ?open=${text !== undefined}><summary>${t.results.families(used.length, FAMILIES.length)}</summary>
        <fieldset class="checks"><legend class="hint">${t.results.familiesHint}</legend>${FAMILIES.map((family) => html`<label class="check"><input type="checkbox" .checked=${used.includes(family)} @change=${({ target: { checked } }) => turn(family, checked)} />${featureInWords(family, lang)}</label>`)}</fieldset>
      </details>
    `;
  }

  #ask(event) {
    event.preventDefault();
    setParams({ run: '1' }, { replace: true });
  }

  #answer(answer, request) {
    const { users, groups } = answer.count;
    if (!users && !groups) return noSends();
    return html`
      <section class="card part" aria-labelledby="evidence-head">
        <div class="part-head"><h2 id="evidence-head">${t.results.evidence}</h2>${answer.recipients ? html`<span class="soft">${t.results.recipientNames[answer.recipients]}</span>` : nothing}</div>
        ${evidenceOf(answer, request)}
      </section>
    `;
  }
}
customElements.define('nx-evaluation', Evaluation);
