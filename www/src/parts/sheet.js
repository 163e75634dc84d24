/** @file Details of one planned message over any screen: verbs, why, why not others, what if. Back closes it. */

import { html, nothing } from 'lit';
import { utilityOf } from 'nextpick/operations';
import { silenceInWords, valueInWords } from 'nextpick/words';
import { announce, mayWrite } from '../commands.js';
import { nextCandidate, notInGroup, pin } from '../commands/cell.js';
import { approve, leaveOut, takeBack, withdraw } from '../commands/plan.js';
import { draftOf, endDraft } from '../engine/draft.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { setParams } from '../router.js';
import { store } from '../store.js';
import { dayInWords, hasEvidence, lag, percent, pointsOf, timeOfDay } from '../view.js';
import { dayOf } from '../week/fixed.js';
import { GLYPHS, flagsOf, isOpen } from '../week/model.js';
import { t, lang } from '../words/index.js';
import { nameOf } from './lines.js';
import './reasons.js';
import './what-if.js';
import './why-not.js';

class Sheet extends PageElement {
  static properties = { message: {}, busy: { state: true }, failure: { state: true } };

  constructor() {
    super();
    this.watch('data', 'plan', 'session');
    this.busy = false;
  }

  firstUpdated() {
    this.querySelector('h2')?.focus();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    endDraft();
    const back = store.get('back');
    // The cell may be drawn again before it can get the focus back.
    if (back) requestAnimationFrame(() => document.getElementById(back)?.focus());
  }

  /** Does something with the message; a later press waits until it is done. */
  async #act(work) {
    if (this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      await work();
    } catch (error) {
      this.failure = error.message;
    } finally {
      this.busy = false;
    }
  }

  #close() {
    setParams({ cell: undefined }, { replace: true });
  }

  #pressed = (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#close();
  };

  render() {
    const { message } = this;
    const { items, world } = store.get('data');
    const item = items.get(message.picks[0]?.item);
    const title = message.picks.length ? (item?.title ?? message.picks[0].item) : t.sheet.nothing;
    return html`
      <aside class="sheet" role="region" aria-labelledby="sheet-head" aria-busy=${this.busy ? 'true' : 'false'} @keydown=${this.#pressed}>
        <div class="sheet-top">
          <p class="soft">${nameOf(message)} · ${dayInWords(dayOf(message.at, world.offset), lang)} ${timeOfDay(message.at, world.offset)} · <span aria-hidden="true">${GLYPHS[message.state]}</span> ${t.week.states[message.state]}</p>
          <button type="button" class="quiet icon-only" aria-label=${t.shell.close} @click=${this.#close}>${icons.close}</button>
        </div>
        <h2 id="sheet-head" tabindex="-1" dir="auto">${title}</h2>
        <p class="chips">
          ${item?.format ? html`<span class="chip tinted">${valueInWords('format', item.format, lang)}</span>` : nothing}
          ${(item?.tags ?? []).slice(0, 4).map((tag) => html`<span class="chip">${tag}</span>`)}
          ${this.#flags()}
        </p>
        ${this.#verbs(message)}
        ${this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : nothing}
        ${message.picks.length ? this.#why(message) : this.#nothing(message)}
        <nx-why-not .message=${message}></nx-why-not>
        <nx-what-if .message=${message}></nx-what-if>
      </aside>
    `;
  }

  #flags() {
    const flags = flagsOf(store.get('plan').messages.values(), store.get('data').world.offset).get(this.message.id) ?? [];
    return flags.filter((flag) => t.week.flags[flag]).map((flag) => html`<span class="chip close">${t.week.flags[flag]}</span>`);
  }

  #verbs(message) {
    const [isDraft, hasPick] = [isOpen(message), message.picks.length > 0];
    const off = !mayWrite() || this.busy;
    const verb = (label, work, main = false) => html`<button type="button" class=${main ? 'main' : 'quiet'} ?disabled=${off} @click=${() => this.#act(work)}>${label}</button>`;
    return html`
      <div class="row sheet-verbs">
        ${isDraft && hasPick ? verb(t.week.approve, () => approve([message.id]), true) : nothing}
        ${message.state === 'approved' ? verb(t.sheet.withdraw, () => withdraw([message.id])) : nothing}
        ${isDraft && hasPick ? [verb(t.sheet.next, () => nextCandidate(message)), verb(message.user === undefined ? t.sheet.notHere : t.sheet.notForUser, () => notInGroup(message)), verb(t.sheet.pin, () => pin(message)), verb(t.week.leaveOut, () => leaveOut([message.id]))] : nothing}
        ${message.state === 'rejected' ? verb(t.week.takeBack, () => takeBack([message.id])) : nothing}
        ${hasPick ? html`<button type="button" class="quiet" @click=${this.#copy}>${t.sheet.copy}</button>` : nothing}
      </div>
    `;
  }

  async #copy() {
    const item = store.get('data').items.get(this.message.picks[0].item);
    await navigator.clipboard?.writeText([item?.title ?? item?.id, item?.path].filter(Boolean).join('\n'));
    announce(t.week.copied);
  }

  #why(message) {
    const [pick] = message.picks;
    if (!hasEvidence(pick)) return html`<div class="notice slim"><p>${t.slate.noEvidence}</p></div>`;
    const points = pointsOf(message.picks);
    // The alternatives are those of the last slot, in the order of a slate, which is not that of utilities.
    const next = message.alternatives.length ? Math.max(...message.alternatives.map(({ score }) => score)) : undefined;
    const difference = next === undefined ? undefined : lag(utilityOf({ ...message.picks.at(-1), reasons: message.picks.at(-1).families }), next);
    const withCount = { ...pick, reasonCount: pick.families.reduce((sum, { rows }) => sum + rows, 0) };
    return html`
      <section>
        <nx-reasons .pick=${withCount} .points=${points} .at=${message.at} .limit=${7} .group=${message.user === undefined} .rowsOf=${() => this.#rows(pick.item)}></nx-reasons>
        ${difference === undefined ? nothing : html`<p class="hint difference">${difference < 0 ? t.sheet.behindNext(percent(-difference, lang)) : t.sheet.ahead(percent(difference, lang))}</p>`}
      </section>
    `;
  }

  async #rows(item) {
    const client = await draftOf(this.message);
    return client.job('reasons', { request: this.message.request, item });
  }

  #nothing({ silent }) {
    return html`<div class="notice slim"><p>${silent ? silenceInWords(silent.rule, lang, silent.until, store.get('data').world.offset) : t.sheet.nothingHint}</p></div>`;
  }
}
customElements.define('nx-sheet', Sheet);
