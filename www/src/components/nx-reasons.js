/** @file Reasons of an item: the largest as bars and words, and all in a table that sums to the score. */

import { html } from 'lit';
import { featureInWords, reasonInWords } from 'nextpick/words';
import { Light } from '../light.js';
import { byFamily } from '../view.js';

class Reasons extends Light {
  static properties = {
    t: {}, lang: {}, reasons: {}, top: {}, points: {}, axis: {}, score: {}, items: {}, people: {}, age: {}, group: { type: Boolean },
    open: { state: true }, opened: { state: true },
  };

  constructor() {
    super();
    this.open = false;
    /** Families with expanded rows. */
    this.opened = new Set();
  }

  #say(reason) {
    return reasonInWords(reason, {
      lang: this.lang,
      group: this.group,
      age: this.age,
      titleOf: (item) => this.items.get(item)?.title,
      nameOf: (user) => this.people.get(user),
    });
  }

  render() {
    const { t } = this;
    return html`
      <h4>${t.why}</h4>
      <ul class="reasons">
        ${this.top.map((reason) => html`<li><span class="reason">${this.#say(reason)}</span>${this.#bar(this.points(reason.amount))}</li>`)}
      </ul>
      <details class="all" ?open=${this.open} @toggle=${(event) => (this.open = event.target.open)}>
        <summary>${t.all(this.reasons.length)}</summary>
        ${this.open ? this.#table() : ''}
      </details>
    `;
  }

  #bar(points) {
    const { zero, length } = this.axis;
    const from = points < 0 ? zero - length(points) : zero;
    return html`
      <span class="amount">
        <span class="bar" aria-hidden="true">
          <span class="axis" .style=${`left:${zero}%`}></span>
          <span class=${points < 0 ? 'against' : 'for'} .style=${`left:${from}%;width:${length(points)}%`}></span>
        </span>
        <span class="points">${signed(points, 0)}</span>
      </span>
    `;
  }

  #table() {
    const { t } = this;
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label=${t.all(this.reasons.length)}>
        <table>
          <thead>
            <tr><th scope="col">${t.reason}</th><th scope="col" class="number">${t.points}</th></tr>
          </thead>
          ${byFamily(this.reasons).map((family) => this.#family(family))}
          <tfoot>
            <tr><th scope="row">${t.total}</th><td class="number" data-total>${signed(this.points(this.score), 2)}</td></tr>
          </tfoot>
        </table>
      </div>
      <p class="hint">${t.raw(this.score)}</p>
    `;
  }

  #family({ code, amount, rows }) {
    const { t } = this;
    const single = rows.length === 1;
    const shown = this.opened.has(code);
    const head = code === 'base' || single ? this.#say(rows[0]) : featureInWords(code, this.lang);
    return html`
      <tbody>
        <tr class="family">
          <th scope="row">
            ${single
              ? html`<span class="lone">${head}</span>`
              : html`<button type="button" aria-expanded=${shown ? 'true' : 'false'} @click=${() => this.#turn(code)}>${head} <small>${t.rows(rows.length)}</small></button>`}
          </th>
          <td class="number" data-family=${code}>${signed(this.points(amount), 2)}</td>
        </tr>
        ${shown && !single
          ? rows.map((row) => html`<tr><td>${this.#say(row)}</td><td class="number">${signed(this.points(row.amount), 2)}</td></tr>`)
          : ''}
      </tbody>
    `;
  }

  #turn(code) {
    const opened = new Set(this.opened);
    if (!opened.delete(code)) opened.add(code);
    this.opened = opened;
  }
}

/** Formats a signed number: +12, −3, with a true minus sign, so that colour is not the only cue. */
function signed(points, digits) {
  const text = Math.abs(points).toFixed(digits);
  return `${points < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
}

customElements.define('nx-reasons', Reasons);
