/** @file Failures, with file and remedy; and a note after a restart. */

import { html, nothing } from 'lit';
import { openData } from '../commands/data.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { t } from '../words/index.js';

class Trouble extends PageElement {
  constructor() {
    super();
    this.watch('data');
  }

  render() {
    const { failure, phase, restarted } = store.get('data');
    if (failure) return this.#failure(failure, phase);
    if (phase === 'waiting') return html`<div class="notice">${icons.quiet}<div><h2>${t.shell.waiting}</h2><p>${t.shell.waitingHint}</p><button type="button" class="quiet" @click=${openData}>${t.shell.again}</button></div></div>`;
    if (!restarted) return nothing;
    return html`<div class="notice" role="status">${icons.warning}<div><p>${t.shell.restarted}</p><button type="button" class="quiet" @click=${() => store.patch('data', { restarted: undefined })}>${t.shell.dismiss}</button></div></div>`;
  }

  #failure({ message, code, path, value }, phase) {
    const details = JSON.stringify({ code, path, value, message });
    const known = t.shell.failures[code];
    return html`
      <div class="notice wrong" role="alert">
        ${icons.warning}
        <div>
          <h2>${known?.head ?? t.shell.failed}</h2>
          <p>${known?.remedy ?? t.shell.failedHint}</p>
          <p class="soft" lang="en">${message}${path ? ` (${path})` : ''}</p>
          <div class="row">
            <button type="button" class="quiet" @click=${() => navigator.clipboard?.writeText(details)}>${t.shell.copyDetails}</button>
            ${phase === 'failed' ? html`<button type="button" class="quiet" @click=${() => location.reload()}>${t.shell.again}</button>` : html`<button type="button" class="quiet" @click=${() => store.patch('data', { failure: undefined })}>${t.shell.dismiss}</button>`}
          </div>
        </div>
      </div>
    `;
  }
}
customElements.define('nx-trouble', Trouble);
