/** @file Excluded items, grouped by the rule that excluded them. */

import { html } from 'lit';
import { refusalInWords, timeInWords } from 'nextpick/words';
import { Light } from '../light.js';

/** Maximum number of titles shown per rule. */
const SHOWN = 100;

class Refused extends Light {
  static properties = { t: {}, lang: {}, items: {}, refused: {}, offset: { type: Number } };

  #byRule() {
    const rules = new Map();
    for (const refusal of this.refused) {
      if (!rules.has(refusal.rule)) rules.set(refusal.rule, []);
      rules.get(refusal.rule).push(refusal);
    }
    return [...rules].sort(([, a], [, b]) => b.length - a.length);
  }

  render() {
    const { t } = this;
    if (!this.refused?.length) return '';
    return html`
      <section class="refused" aria-labelledby="refused-head">
        <h2 id="refused-head">${t.refused(this.refused.length)}</h2>
        <p class="hint">${t.refusedHint}</p>
        <div class="card rules">${this.#byRule().map(([rule, list]) => this.#rule(rule, list))}</div>
      </section>
    `;
  }

  #rule(rule, list) {
    const { t } = this;
    return html`
      <details data-rule=${rule}>
        <summary><span>${refusalInWords(rule, this.lang)}</span><span class="tally">${list.length}</span></summary>
        <ul>
          ${list.slice(0, SHOWN).map(
            ({ item, until }) => html`
              <li>
                <span>${this.items.get(item)?.title ?? item}</span>
                ${until === undefined ? '' : html`<small>${t.until(timeInWords(until, this.offset))}</small>`}
              </li>
            `,
          )}
          ${list.length > SHOWN ? html`<li class="hint">${t.moreItems(list.length - SHOWN)}</li>` : ''}
        </ul>
      </details>
    `;
  }
}
customElements.define('nx-refused', Refused);
