/** @file Settings: the page itself, the operations (in force at once), and the configuration (the log is read anew). */

import { html, nothing } from 'lit';
import { industryPreset } from 'nextpick/operations';
import { problemInWords } from 'nextpick/words';
import { mayWrite } from '../commands.js';
import { saveOperations } from '../commands/settings.js';
import { isKept, keepHashes } from '../db/forgotten.js';
import { ask, isSuperseded } from '../engine/index.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { setPrefs } from '../prefs.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { lang, t } from '../words/index.js';
import '../parts/configuration.js';

const SECTIONS = ['page', 'operations', 'config'];
const PARTS = ['tiers', 'rules', 'quotas', 'journeys', 'experiments'];
const INDUSTRIES = /** @type {const} */ (['frequent-online', 'frequent-offline', 'infrequent-online', 'infrequent-offline']);
const MEGA = 1_048_576;

class Settings extends PageElement {
  static properties = { operations: { state: true }, drafts: { state: true }, wrong: { state: true }, config: { state: true }, effective: { state: true }, storage: { state: true }, hashes: { state: true }, saved: { state: true } };

  #requested;

  constructor() {
    super();
    this.watch('route', 'data', 'prefs', 'session');
    this.drafts = {};
    void isKept().then((on) => (this.hashes = on));
    void navigator.storage?.estimate?.().then((estimate) => (this.storage = estimate));
  }

  willUpdate() {
    const { revision } = store.get('data');
    if (revision === this.#requested) return;
    this.#requested = revision;
    void this.#ask();
  }

  async #ask() {
    try {
      [this.operations, this.config, this.effective] = await Promise.all([ask('operations'), ask('config'), ask('effectiveConfig')]);
      this.operations ??= {};
    } catch (error) {
      if (!isSuperseded(error)) throw error;
    }
  }

  render() {
    const [, part] = store.get('route').parts;
    const shown = SECTIONS.includes(part) ? part : 'page';
    return html`
      <div class="screen-head">
        <h1>${t.shell.tabs.settings}</h1>
        <nav class="segments links" aria-label=${t.settings.sections}>${SECTIONS.map((name) => html`<a href=${href(['settings', name])} aria-current=${name === shown ? 'page' : nothing}>${t.settings.section[name]}</a>`)}</nav>
      </div>
      ${shown === 'page' ? this.#page() : !this.effective ? html`<p class="hint">${t.shell.loading}</p>` : shown === 'operations' ? this.#operations() : html`<nx-configuration .config=${this.config} .effective=${this.effective} .operations=${this.operations}></nx-configuration>`}
    `;
  }

  #page() {
    const { theme, keys, name } = store.get('prefs');
    const { usage = 0, quota = 0 } = this.storage ?? {};
    return html`
      <section class="card part" aria-labelledby="look-head">
        <h2 id="look-head">${t.settings.look}</h2>
        <div class="field"><label for="theme">${t.settings.theme}</label><select id="theme" class="short" @change=${(event) => setPrefs({ theme: event.target.value })}>${['auto', 'light', 'dark'].map((one) => html`<option value=${one} ?selected=${one === theme}>${t.settings.themes[one]}</option>`)}</select></div>
        <div class="field"><label for="name">${t.settings.name}</label><input id="name" maxlength="60" .value=${name} @change=${(event) => setPrefs({ name: event.target.value.trim() })} /><p class="hint">${t.settings.nameHint}</p></div>
        <label class="check"><input type="checkbox" .checked=${keys} @change=${(event) => setPrefs({ keys: event.target.checked })} />${t.shell.singleKeys}</label>
      </section>
      <section class="card part" aria-labelledby="store-head">
        <h2 id="store-head">${t.settings.storage}</h2>
        <p>${store.get('session').memoryOnly ? t.shell.memoryOnlyHint : quota ? t.settings.used((usage / MEGA).toFixed(1), Math.round(quota / MEGA).toLocaleString(lang)) : t.settings.noEstimate}</p>
        <label class="check"><input type="checkbox" .checked=${this.hashes ?? true} ?disabled=${!mayWrite()} @change=${(event) => this.#turnHashes(event.target.checked)} />${t.settings.hashes}</label>
        <p class="hint">${t.settings.hashesHint}</p>
      </section>
    `;
  }

  async #turnHashes(on) {
    await keepHashes(on);
    this.hashes = on;
  }

  #operations() {
    return html`
      <section class="card part" aria-labelledby="presets-head">
        <h2 id="presets-head">${t.settings.presets}</h2>
        <p class="hint">${t.settings.presetsHint}</p>
        <div class="row">${INDUSTRIES.map((name) => html`<button type="button" ?disabled=${!mayWrite()} @click=${() => this.#draft(industryPreset(name).operations)}>${t.settings.industries[name]}</button>`)}</div>
      </section>
      ${PARTS.map((part) => this.#part(part))}
    `;
  }

  /** Puts values into the editors, without saving. */
  #draft(operations) {
    this.wrong = undefined;
    this.drafts = Object.fromEntries(PARTS.map((part) => [part, operations[part] === undefined ? '' : JSON.stringify(operations[part], null, 2)]));
  }

  #part(part) {
    const value = this.operations[part];
    const kept = value === undefined ? '' : JSON.stringify(value, null, 2);
    const text = this.drafts[part] ?? kept;
    const isChanged = text.trim() !== kept;
    const { problem, path } = this.wrong?.part === part ? this.wrong : {};
    return html`
      <section class="card part" data-part=${part} aria-labelledby="part-${part}">
        <div class="part-head"><h2 id="part-${part}">${t.settings.parts[part]}</h2>${isChanged ? html`<span class="chip close">${t.settings.unsaved}</span>` : nothing}</div>
        <p class="hint">${t.settings.partHints[part]}</p>
        ${part === 'tiers' ? this.#tiers(text) : Array.isArray(value) && value.length ? html`<ul class="moves">${value.map((one) => html`<li><b dir="auto">${part === 'journeys' ? t.people.journeyName(one.id) : (one.name ?? one.id)}</b><span class="soft">${t.settings.summary[part](one)}</span></li>`)}</ul>` : html`<p class="empty">${t.settings.none}</p>`}
        <details ?open=${isChanged || Boolean(problem)}><summary>JSON</summary>
          <label class="unseen" for="json-${part}">${t.settings.jsonOf(t.settings.parts[part])}</label>
          <textarea id="json-${part}" rows=${Math.min(24, Math.max(4, text.split('\n').length))} spellcheck="false" aria-invalid=${problem ? 'true' : 'false'} aria-describedby="wrong-${part}" .value=${text} @input=${(event) => (this.drafts = { ...this.drafts, [part]: event.target.value })}></textarea>
        </details>
        <p class="problem" role="alert" id="wrong-${part}">${problem ? html`${icons.warning}<span>${path ? html`<b>${path}</b> ` : nothing}${problem}</span>` : nothing}</p>
        ${isChanged ? html`<div class="row"><button type="button" class="main" ?disabled=${!mayWrite()} @click=${() => this.#save(part, text)}>${t.settings.apply}</button><button type="button" @click=${() => this.#discard(part)}>${t.settings.discard}</button></div>` : nothing}
      </section>
    `;
  }

  /** Shows the numbers of the tiers as fields; changes to them are written into the JSON. */
  #tiers(text) {
    let tiers;
    try {
      tiers = text.trim() ? JSON.parse(text) : {};
    } catch {
      return nothing;
    }
    const set = (name, value) => (this.drafts = { ...this.drafts, tiers: JSON.stringify({ ...tiers, [name]: value === '' ? undefined : Number(value) }, null, 2) });
    const field = (name, shipped) => html`<label>${t.settings.tierFields[name]}<input type="number" min="0" max="3650" placeholder=${shipped} .value=${String(tiers[name] ?? '')} @change=${(event) => set(name, event.target.value)} /></label>`;
    return html`<div class="format-fields">${field('halfLifeDays', '60')}${field('newcomerDays', '14')}</div>`;
  }

  #discard(part) {
    const { [part]: _, ...drafts } = this.drafts;
    this.drafts = drafts;
    if (this.wrong?.part === part) this.wrong = undefined;
  }

  async #save(part, text) {
    try {
      const { [part]: before, ...others } = this.operations;
      const next = text.trim() ? { ...others, [part]: JSON.parse(text) } : others;
      await saveOperations(this.operations, next);
      [this.operations, this.wrong] = [next, undefined];
      this.#discard(part);
    } catch (error) {
      const isJson = error instanceof SyntaxError;
      this.wrong = { part, path: isJson ? '' : (error.path ?? '').replace(/^operations\./, ''), problem: isJson ? t.settings.notJson : problemInWords(/** @type {any} */ (error), lang) };
    }
  }
}
customElements.define('nx-screen-settings', Settings);
