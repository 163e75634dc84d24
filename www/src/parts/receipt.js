/**
 * @file Receipt of a forgotten person: data removed, places checked, copies that may remain. It does not name the
 * person.
 */

import { html } from 'lit';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { timeInWords } from '../view.js';
import { count, t } from '../words/index.js';

class Receipt extends PageElement {
  constructor() {
    super();
    this.watch('receipt');
  }

  firstUpdated() {
    /** @type {HTMLElement} */ (this.querySelector('.receipt'))?.focus();
  }

  render() {
    const receipt = store.get('receipt');
    if (!receipt) return html`<p class="card empty">${t.people.noReceipt}</p>`;
    const { at, number, before, left, files } = receipt;
    const { offset } = store.get('data').world;
    return html`
      <section class="card part receipt" tabindex="-1" aria-labelledby="receipt-head">
        <h2 id="receipt-head">${left.length ? t.people.notAllGone : t.people.gone}</h2>
        <dl class="fact-list">
          <div><dt>${t.people.receiptNumber}</dt><dd class="mono">${number}</dd></div>
          <div><dt>${t.people.time}</dt><dd>${timeInWords(at, offset)}</dd></div>
          <div><dt>${t.people.removedCounts}</dt><dd>${t.people.receiptCounts({ interactions: count(before.interactions), received: count(before.received), groups: count(before.groups.length) })}</dd></div>
          <div><dt>${t.people.checked}</dt><dd>${left.length ? t.people.leftIn(left.map((place) => t.people.places[place])) : t.people.checkedWell}</dd></div>
        </dl>
        <h3>${t.people.copies}</h3>
        <p class="hint">${t.people.copiesHint}</p>
        ${files.length ? html`<ul class="plain">${files.map(({ at: made, file }) => html`<li>${timeInWords(made, offset)} ${file}</li>`)}</ul>` : html`<p>${t.people.noCopies}</p>`}
        <div class="row screen-only"><button type="button" class="main" @click=${() => print()}>${t.people.print}</button></div>
      </section>
    `;
  }
}
customElements.define('nx-receipt', Receipt);
