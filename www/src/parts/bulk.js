/** @file Dialog before many messages are approved: number of messages, recipients and warnings. */

import { html } from 'lit';
import { approve } from '../commands/plan.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { bulkOf } from '../week/model.js';
import { t } from '../words/index.js';

class Bulk extends PageElement {
  static properties = { ids: {}, flags: {} };

  firstUpdated() {
    /** @type {HTMLDialogElement} */ (this.querySelector('dialog')).showModal();
  }

  #close() {
    this.querySelector('dialog').close();
  }

  async #approve() {
    const count = await approve(this.ids);
    if (count) this.#close();
  }

  render() {
    const { messages } = store.get('plan');
    const chosen = this.ids.map((id) => messages.get(id)).filter(Boolean);
    const summary = bulkOf(chosen, this.flags, store.get('data'));
    const rows = ['groups', 'people', 'members', 'coupons', 'repeats', 'close', 'crowded', 'quota', 'empty'].filter((key) => summary[key] || key === 'groups');
    return html`
      <dialog class="card" aria-labelledby="bulk-head" @close=${() => this.emit('nx-close')}>
        <h2 id="bulk-head">${t.week.bulk(summary.messages)}</h2>
        <dl class="facts">${rows.map((key) => html`<div class=${['repeats', 'close', 'crowded', 'quota', 'empty'].includes(key) ? 'look' : ''}><dt>${t.week.bulkRows[key]}</dt><dd>${summary[key]}</dd></div>`)}</dl>
        <p class="hint">${t.week.bulkHint}</p>
        <div class="row">
          <button type="button" class="main" autofocus ?disabled=${!summary.messages} @click=${this.#approve}>${t.week.bulkApprove(summary.messages)}</button>
          <button type="button" class="quiet" @click=${this.#close}>${t.shell.cancel}</button>
        </div>
      </dialog>
    `;
  }
}
customElements.define('nx-bulk', Bulk);
