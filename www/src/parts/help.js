/** @file Dialog with all keys. */

import { html } from 'lit';
import { PageElement } from '../element.js';
import { setPrefs } from '../prefs.js';
import { screens } from '../screens/index.js';
import { store } from '../store.js';
import { t } from '../words/index.js';

class Help extends PageElement {
  #open = () => /** @type {HTMLDialogElement} */ (this.querySelector('dialog')).showModal();

  constructor() {
    super();
    this.watch('prefs');
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('nx-help', this.#open);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('nx-help', this.#open);
  }

  render() {
    const list = (rows) => html`<dl class="keys">${rows.map(([keys, does]) => html`<div><dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${does}</dd></div>`)}</dl>`;
    const tabs = Object.entries(screens).filter(([, { key }]) => key).map(([name, { key }]) => [`g ${key}`, t.shell.tabs[name]]);
    return html`
      <dialog class="card" aria-labelledby="help-head">
        <h2 id="help-head">${t.shell.help}</h2>
        <div class="keys-columns">
          <div><h3>${t.shell.keysEverywhere}</h3>${list([...tabs, ...t.shell.keys])}</div>
          <div><h3>${t.shell.keysGrid}</h3>${list(t.shell.gridKeys)}</div>
        </div>
        <label class="check"><input type="checkbox" .checked=${store.get('prefs')?.keys ?? true} @change=${(event) => setPrefs({ keys: event.target.checked })} /> ${t.shell.singleKeys}</label>
        <button type="button" class="main" @click=${() => this.querySelector('dialog').close()}>${t.shell.close}</button>
      </dialog>
    `;
  }
}
customElements.define('nx-help', Help);
