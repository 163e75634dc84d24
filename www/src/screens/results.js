/** @file Results: funnel, experiments, off-policy evaluation and referral leaders; computed from the log. */

import { html, nothing } from 'lit';
import { defaultWeek, openWeek } from '../commands/plan.js';
import { openScheme } from '../commands/scheme.js';
import { ask, isSuperseded } from '../engine/index.js';
import { PageElement } from '../element.js';
import { dropAnswers } from '../results/answers.js';
import { href, setParams } from '../router.js';
import { store } from '../store.js';
import { t } from '../words/index.js';
import '../results/evaluation.js';
import '../results/experiments.js';
import '../results/funnel.js';
import '../results/plans.js';
import '../results/referrals.js';

const PARTS = ['funnel', 'experiments', 'what-if', 'referrals'];
/** Parts with a period in days up to the time of the page. */
const IN_PERIODS = ['funnel', 'referrals'];
/** Parts of the screen that study the log, by the names of their queries. */
const ANSWERED = ['whole', 'rows', 'experiment', 'referrals', 'off-policy'];
const DAY = 86_400_000;
/** Periods that can be chosen, in days up to the time of the page. */
const PERIODS = [7, 30, 90];

class Results extends PageElement {
  #requested;

  constructor() {
    super();
    this.watch('route', 'data');
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    dropAnswers(ANSWERED);
  }

  willUpdate() {
    const { revision } = store.get('data');
    if (revision === this.#requested) return;
    this.#requested = revision;
    store.set('experiments', undefined);
    void this.#ask();
    void openWeek(store.get('plan')?.from ?? defaultWeek()).then(openScheme);
  }

  async #ask() {
    try {
      store.set('experiments', (await ask('operations'))?.experiments ?? []);
    } catch (error) {
      if (!isSuperseded(error)) throw error;
    }
  }

  render() {
    const [, part, ...id] = store.get('route').parts;
    const current = PARTS.includes(part) ? part : PARTS[0];
    return html`
      <div class="screen-head">
        <h1>${t.shell.tabs.results}</h1>
        <nav class="segments links" aria-label=${t.results.parts}>${PARTS.map((name) => html`<a href=${href(['results', ...(name === PARTS[0] ? [] : [name])])} aria-current=${name === current ? 'page' : nothing}>${t.results[name]}</a>`)}</nav>
        ${IN_PERIODS.includes(current) ? this.#periods() : nothing}
      </div>
      ${store.get('data').kind === 'sample' ? html`<p class="hint sample-hint">${t.results.sampleHint}</p>` : nothing}
      ${current === 'funnel' ? html`<nx-funnel .period=${this.#period()}></nx-funnel><nx-plans></nx-plans>` : nothing}
      ${current === 'experiments' ? html`<nx-experiments .experiment=${id.join('/')}></nx-experiments>` : nothing}
      ${current === 'what-if' ? html`<nx-evaluation></nx-evaluation>` : nothing}
      ${current === 'referrals' ? html`<nx-referrals .period=${this.#period()}></nx-referrals>` : nothing}
    `;
  }

  #days() {
    return PERIODS.find((days) => String(days) === store.get('route').params.days);
  }

  /** Returns the period: the complete log, or some days up to the time of the page. */
  #period() {
    const days = this.#days();
    const { asOf } = store.get('data');
    return days ? { from: asOf - days * DAY, to: asOf } : {};
  }

  #periods() {
    const chosen = this.#days();
    return html`<label class="period">${t.results.period} <select id="period" class="short" @change=${(event) => setParams({ days: event.target.value || undefined }, { replace: true })}>
      <option value="" ?selected=${!chosen}>${t.results.wholeLog}</option>
      ${PERIODS.map((days) => html`<option value=${days} ?selected=${days === chosen}>${t.results.lastDays(days)}</option>`)}
    </select></label>`;
  }
}
customElements.define('nx-screen-results', Results);
