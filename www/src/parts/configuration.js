/** @file The configuration: weights of the objectives and variety as fields, all of it as JSON, and the values in effect. */

import { html, nothing } from 'lit';
import { kindInWords, problemInWords } from 'nextpick/words';
import { mayWrite } from '../commands.js';
import { saveConfig } from '../commands/config.js';
import { isCancelled } from '../engine/index.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { purposeName } from '../view.js';
import { count, lang, t } from '../words/index.js';

/** Interactions read per second, as measured; used to estimate the duration of a change. */
const A_SECOND = 20_000;

class Configuration extends PageElement {
  /** `config`: as given. `effective`: with its defaults. `operations`: those in force. */
  static properties = { config: {}, effective: {}, operations: {}, draft: { state: true }, wrong: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.watch('data', 'session');
  }

  #kept() {
    return JSON.stringify(this.config ?? {}, null, 2);
  }

  /** The draft as an object; nothing while it is not JSON. */
  #parsed() {
    try {
      return JSON.parse(this.draft ?? this.#kept());
    } catch {
      return undefined;
    }
  }

  #edit(config) {
    this.draft = JSON.stringify(config, null, 2);
  }

  async #save() {
    this.wrong = undefined;
    const next = this.#parsed();
    if (!next) return void (this.wrong = { problem: t.settings.notJson });
    this.busy = true;
    try {
      await saveConfig(this.config, next, this.operations);
      this.draft = undefined;
    } catch (error) {
      if (!isCancelled(error)) this.wrong = { path: (error.path ?? '').replace(/^config\./, ''), problem: problemInWords(error, lang) };
    } finally {
      this.busy = false;
    }
  }

  render() {
    const { kind, world } = store.get('data');
    const isKept = kind === 'sample' || !store.get('session').memoryOnly;
    const text = this.draft ?? this.#kept();
    const isChanged = text !== this.#kept();
    const { objectives: _, ...rest } = this.effective;
    const { path, problem } = this.wrong ?? {};
    const seconds = Math.max(1, Math.round(world.counts.interactions / A_SECOND));
    return html`
      ${this.#objectives()}
      <section class="card part" data-part="config" aria-labelledby="config-head">
        <div class="part-head"><h2 id="config-head">${t.settings.wholeConfig}</h2>${isChanged ? html`<span class="chip close">${t.settings.unsaved}</span>` : nothing}</div>
        <p class="hint">${t.settings.configHint(count(world.counts.interactions), count(seconds))} ${kind === 'sample' ? t.settings.configOfSample : nothing}</p>
        <details ?open=${isChanged || Boolean(problem)}><summary>JSON</summary>
          <label class="unseen" for="json-config">${t.settings.jsonOf(t.settings.section.config)}</label>
          <textarea id="json-config" rows=${Math.min(30, Math.max(6, text.split('\n').length))} spellcheck="false" aria-invalid=${problem ? 'true' : 'false'} aria-describedby="wrong-config" .value=${text} @input=${(event) => (this.draft = event.target.value)}></textarea>
        </details>
        <p class="problem" role="alert" id="wrong-config">${problem ? html`${icons.warning}<span>${path ? html`<b>${path}</b> ` : nothing}${problem}</span>` : nothing}</p>
        ${isKept ? nothing : html`<p class="hint">${t.settings.configNotKept}</p>`}
        ${isChanged ? html`<div class="row"><button type="button" class="main" ?disabled=${!mayWrite() || !isKept || this.busy} @click=${this.#save}>${t.settings.apply}</button><button type="button" ?disabled=${this.busy} @click=${() => ([this.draft, this.wrong] = [undefined, undefined])}>${t.settings.discard}</button></div>` : nothing}
      </section>
      <section class="card part" aria-labelledby="rest-head">
        <h2 id="rest-head">${t.settings.others}</h2>
        <pre class="json" tabindex="0" role="region" aria-label="JSON">${JSON.stringify(rest, null, 2)}</pre>
      </section>
    `;
  }

  /** Weights as fields, which write into the JSON. */
  #objectives() {
    const draft = this.#parsed();
    const { kinds, objectives, diversity } = this.effective;
    const names = Object.keys(objectives);
    const used = Object.keys(kinds).filter((kind) => names.some((name) => objectives[name][kind]));
    const set = (name, kind, value) => {
      const { [kind]: __, ...others } = draft.objectives?.[name] ?? objectives[name];
      this.#edit({ ...draft, objectives: { ...draft.objectives, [name]: value === '' ? others : { ...others, [kind]: Number(value) } } });
    };
    const vary = (value) => {
      const { diversity: __, ...others } = draft;
      this.#edit(value === '' ? others : { ...others, diversity: Number(value) });
    };
    const weight = (name, kind) => (draft?.objectives?.[name] ?? objectives[name])[kind] ?? '';
    const field = (name, kind) => html`<input class="weight" type="number" step="any" aria-label=${t.settings.weightOf(purposeName(name), kindInWords(kind, lang))} ?disabled=${!draft} .value=${String(weight(name, kind))} @change=${({ target }) => target.checkValidity() && set(name, kind, target.value)} />`;
    return html`
      <section class="card part" aria-labelledby="objectives-head">
        <h2 id="objectives-head">${t.settings.objectives}</h2>
        <div class="table" tabindex="0" role="region" aria-label=${t.settings.objective}><table class="bars weights"><thead><tr><th scope="col">${t.settings.objective}</th>${used.map((kind) => html`<th scope="col">${kindInWords(kind, lang)}</th>`)}</tr></thead>
          <tbody>${names.map((name) => html`<tr><th scope="row">${purposeName(name)}</th>${used.map((kind) => html`<td>${field(name, kind)}</td>`)}</tr>`)}</tbody></table></div>
        <div class="format-fields"><label>${t.sheet.variety}<input id="config-diversity" type="number" min="0" max="1" step="0.05" ?disabled=${!draft} placeholder=${diversity} .value=${String(draft?.diversity ?? '')} @change=${({ target }) => target.checkValidity() && vary(target.value)} /></label></div>
      </section>
    `;
  }
}
customElements.define('nx-configuration', Configuration);
