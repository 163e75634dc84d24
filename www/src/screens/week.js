/** @file Week: the plan of all groups, reviewed and approved before anything is sent. */

import { html, nothing } from 'lit';
import { announce, mayWrite } from '../commands.js';
import { nextCandidate, notInGroup, pin } from '../commands/cell.js';
import { adoptScheme, dropScheme, openScheme } from '../commands/scheme.js';
import { approve, computePlan, defaultWeek, openWeek } from '../commands/plan.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { href, setParams } from '../router.js';
import { store } from '../store.js';
import { dateInWords, dayInWords, weekdayInWords } from '../view.js';
import { dayOf, startOf } from '../week/fixed.js';
import { FILTERS, daysOf, flagsOf, gridOf, isEmpty, isGoing, isOpen, privateOf } from '../week/model.js';
import { t, lang } from '../words/index.js';
import '../parts/bulk.js';
import '../parts/grid.js';
import '../parts/lines.js';
import '../parts/rhythm.js';

const NARROW = matchMedia('(max-width: 40rem)');
const WEEK = 7;

class Week extends PageElement {
  static properties = { selected: { state: true }, bulk: { state: true }, filters: { state: true } };

  #redraw = () => this.requestUpdate();

  constructor() {
    super();
    this.watch('data', 'plan', 'route', 'session', 'jobs', 'others');
    this.selected = new Set();
  }

  connectedCallback() {
    super.connectedCallback();
    NARROW.addEventListener('change', this.#redraw);
    document.addEventListener('keydown', this.#pressed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    NARROW.removeEventListener('change', this.#redraw);
    document.removeEventListener('keydown', this.#pressed);
  }

  #pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !store.get('prefs').keys || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === '[') this.#turnWeek(-WEEK);
    else if (event.key === ']') this.#turnWeek(WEEK);
  };

  willUpdate() {
    const { from } = store.get('route').params;
    const { offset } = store.get('data').world;
    const day = /^\d{4}-\d{2}-\d{2}$/.test(from ?? '') ? Date.parse(from) / 86_400_000 : NaN;
    void openWeek(Number.isFinite(day) ? startOf(day, offset) : defaultWeek()).then(openScheme);
  }

  #turnWeek(days) {
    const { offset } = store.get('data').world;
    const day = dayOf(store.get('plan').from, offset) + days;
    setParams({ from: new Date(day * 86_400_000).toISOString().slice(0, 10), cell: undefined });
  }

  render() {
    const plan = store.get('plan');
    const { world } = store.get('data');
    if (!plan) return nothing;
    const days = daysOf(plan, world.offset);
    return html`
      <div class="screen-head week-head">
        <h1>${t.week.head(dateInWords(days[0], lang), dateInWords(days.at(-1), lang))}</h1>
        <span class="pager">
          <button type="button" class="quiet icon-only" aria-label=${t.week.before} @click=${() => this.#turnWeek(-WEEK)}>${icons.previous}</button>
          <button type="button" class="quiet icon-only" aria-label=${t.week.after} @click=${() => this.#turnWeek(WEEK)}>${icons.next}</button>
        </span>
        <nx-rhythm></nx-rhythm>
      </div>
      ${plan.phase === 'none' || (plan.phase === 'planning' && !plan.messages.size) ? this.#empty(plan, world) : this.#planned(plan, days)}
    `;
  }

  #empty({ phase, slots }, world) {
    if (!world.counts.groups) return html`<div class="notice">${icons.people}<div><h2>${t.week.noGroups}</h2><p>${t.week.noGroupsHint}</p><a href=${href(['data'])}>${t.shell.tabs.data}</a></div></div>`;
    if (phase === 'planning') return html`<p class="hint" role="status">${t.week.planningHint}</p><div class="placeholder" aria-hidden="true"><span></span><span></span><span></span></div>`;
    return html`
      <div class="notice week-start">${icons.week}
        <div>
          <h2>${t.week.start}</h2>
          <p>${t.week.startHint(world.counts.groups)}</p>
          <button type="button" class="main" ?disabled=${!mayWrite() || !slots.length} @click=${() => computePlan()}>${t.week.plan}</button>
        </div>
      </div>
    `;
  }

  #planned(plan, days) {
    const { world } = store.get('data');
    const { f, view = 'grid', day, vs } = store.get('route').params;
    const others = vs ? store.get('others') : undefined;
    const all = [...plan.messages.values()];
    const flags = flagsOf(all, world.offset);
    const fits = (message) => (!FILTERS[f] || FILTERS[f](message, flags.get(message.id))) && (!others || others.has(message.id));
    const rows = [...gridOf(all.filter(fits), world.offset, world.groups.map(({ id }) => id))].map(([id, cells]) => ({ id, cells }));
    const shownDay = days.includes(Number(day)) ? Number(day) : days[0];
    return html`
      ${plan.stale ? this.#stale(plan) : nothing}
      ${this.#filters(all, flags, f, others)}
      ${others ? html`<div class="notice slim"><p>${t.sheet.wouldChange(others.size)}</p><button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => this.#leaveScheme(adoptScheme)}>${t.sheet.adopt}</button><button type="button" class="quiet" @click=${() => this.#leaveScheme(dropScheme)}>${t.sheet.drop}</button></div>` : nothing}
      ${view === 'lines'
        ? html`<nx-lines .messages=${all.filter(fits)} .flags=${flags}></nx-lines>`
        : html`
            ${NARROW.matches ? this.#dayTabs(days, shownDay) : nothing}
            ${rows.length
              ? html`<div class="grid-frame"><nx-grid
                  .rows=${rows} .days=${NARROW.matches ? [shownDay] : days} .flags=${flags} .selected=${this.selected} .others=${others}
                  @nx-open=${(event) => this.#open(event.detail)} @nx-select=${(event) => (this.selected = event.detail)} @nx-verb=${(event) => this.#act(event.detail)}
                ></nx-grid></div>`
              : html`<p class="hint">${t.shell.none}</p>`}
            ${this.#private(all.filter(fits), flags)}
          `}
      ${this.selected.size ? this.#selection(all) : nothing}
      ${this.bulk ? html`<nx-bulk .ids=${this.bulk} .flags=${flags} @nx-close=${() => this.#closeBulk()}></nx-bulk>` : nothing}
    `;
  }

  #stale({ stale }) {
    return html`<div class="notice slim" role="status">${icons.warning}<div><p><strong>${t.week.stale}</strong> ${t.week.staleBecause[stale]}</p></div><button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => computePlan()}>${t.week.recompute}</button></div>`;
  }

  #filters(all, flags, f, others) {
    const count = (name) => all.filter((message) => FILTERS[name](message, flags.get(message.id))).length;
    const chips = Object.keys(FILTERS).map((name) => [name, count(name)]).filter(([name, number]) => number || name === f);
    const approved = all.filter(({ state }) => state === 'approved').length;
    const open = all.filter((message) => isOpen(message) && !isEmpty(message));
    const view = store.get('route').params.view ?? 'grid';
    return html`
      <div class="week-bar">
        ${NARROW.matches ? html`<button type="button" class="filter" aria-expanded=${this.filters ? 'true' : 'false'} @click=${() => (this.filters = !this.filters)}>${f ? t.week.filters[f] : t.week.filter}</button>` : nothing}
        <div class="filters" role="group" aria-label=${t.week.filter} ?hidden=${NARROW.matches && !this.filters}>
          <button type="button" class="filter" aria-pressed=${!f && !others ? 'true' : 'false'} @click=${() => setParams({ f: undefined, vs: undefined })}>${t.week.all(all.filter(isGoing).length)}</button>
          ${chips.map(([name, number]) => html`<button type="button" class="filter ${name === 'open' ? '' : 'look'}" aria-pressed=${name === f ? 'true' : 'false'} @click=${() => setParams({ f: name === f ? undefined : name })}>${t.week.filters[name]} ${number.toLocaleString(lang)}</button>`)}
          ${store.get('others') ? html`<button type="button" class="filter" aria-pressed=${others ? 'true' : 'false'} @click=${() => setParams({ vs: others ? undefined : 'B' })}>${t.week.versus(store.get('others').size)}</button>` : nothing}
        </div>
        <fieldset class="segments">
          <legend class="unseen">${t.week.view}</legend>
          ${['grid', 'lines'].map((name) => html`<label><input type="radio" name="view" value=${name} .checked=${view === name} @change=${() => setParams({ view: name === 'grid' ? undefined : name })} /><span>${t.week.views[name]}</span></label>`)}
        </fieldset>
        <span class="week-verbs">
          ${approved ? html`<a class="button" href=${href('handover')}>${t.week.handOver(approved)}</a>` : nothing}
          ${open.length ? html`<button type="button" class="main" ?disabled=${!mayWrite()} @click=${() => (this.bulk = this.#shownOpen(open, flags, f))}>${t.week.approveRest(this.#shownOpen(open, flags, f).length)}</button>` : nothing}
        </span>
      </div>
    `;
  }

  /** Ids of open messages under the filter shown. */
  #shownOpen(open, flags, f) {
    return open.filter((message) => !FILTERS[f] || FILTERS[f](message, flags.get(message.id))).map(({ id }) => id);
  }

  #dayTabs(days, shown) {
    return html`<div class="day-tabs" role="group" aria-label=${t.week.days}>${days.map((day) => html`<button type="button" class="filter" aria-pressed=${day === shown ? 'true' : 'false'} aria-label=${dayInWords(day, lang)} @click=${() => setParams({ day })}><span>${weekdayInWords(day, lang)}</span><b>${dateInWords(day, lang)}</b></button>`)}</div>`;
  }

  #private(all, flags) {
    const messages = privateOf(all);
    if (!messages.length) return nothing;
    return html`
      <section class="private" aria-labelledby="private-head">
        <h2 id="private-head">${t.week.private(messages.length)}</h2>
        <nx-lines .messages=${messages} .flags=${flags}></nx-lines>
      </section>
    `;
  }

  #selection(all) {
    const chosen = all.filter(({ id }) => this.selected.has(id));
    return html`
      <div class="selection" role="region" aria-label=${t.week.selection}>
        <span>${t.week.selected(chosen.length)}</span>
        <button type="button" class="main" ?disabled=${!mayWrite()} @click=${() => (this.bulk = chosen.map(({ id }) => id))}>${t.week.approve}</button>
        <button type="button" class="quiet" @click=${() => (this.selected = new Set())}>${t.week.deselect}</button>
      </div>
    `;
  }

  async #leaveScheme(leave) {
    await leave();
    setParams({ vs: undefined });
  }

  #closeBulk() {
    this.bulk = undefined;
    this.selected = new Set();
  }

  #open({ id, focus }) {
    store.set('back', focus);
    setParams({ cell: id });
  }

  /** Single keys on a cell. */
  async #act({ key, messages }) {
    const [message] = messages;
    if (!message) return;
    if (key === 'c') {
      await navigator.clipboard?.writeText(store.get('data').items.get(message.picks[0]?.item)?.title ?? '');
      announce(t.week.copied);
      return;
    }
    if (!mayWrite()) return;
    if (key === 'a') await approve(this.selected.size ? [...this.selected] : messages.map(({ id }) => id));
    if (!message.picks.length || !isOpen(message)) return;
    if (key === 'n') await nextCandidate(message);
    if (key === 'x') await notInGroup(message);
    if (key === 'p') await pin(message);
  }
}
customElements.define('nx-screen-week', Week);
