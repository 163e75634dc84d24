/** @file Frame of the page: navigation, header, the screen of the address, help, and the live region. */

import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { setAsOf, takeOverData } from './commands/data.js';
import { icons } from './icons.js';
import { PageElement } from './element.js';
import { setPrefs } from './prefs.js';
import { href, restorePlace } from './router.js';
import { firstScreen, screenOf, screens } from './screens/index.js';
import { store } from './store.js';
import { fromField, offsetInWords, timeInWords, toField } from './view.js';
import { languages, lang, t } from './words/index.js';
import './parts/help.js';
import './parts/jobs.js';
import './parts/trouble.js';

class App extends PageElement {
  static properties = { more: { state: true }, timing: { state: true } };

  #screen;
  #shown;

  constructor() {
    super();
    this.watch('prefs', 'route', 'session', 'data', 'said', 'plan');
    this.more = false;
    this.timing = false;
  }

  connectedCallback() {
    super.connectedCallback();
    // A file dropped anywhere is meant for the page; the browser would leave the page for it.
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => this.#dropped(event));
  }

  #dropped(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    store.set('dropped', files);
    location.hash = href(['data', 'import']);
  }

  willUpdate() {
    const name = screenOf(store.get('route'));
    if (name !== this.#shown) void this.#show(name);
  }

  /** Loads a screen and puts it into the page; then brings the reader to their place, or to its beginning. */
  async #show(name) {
    this.#shown = name;
    const isFirst = this.#screen === undefined;
    try {
      await screens[name].load();
    } catch (error) {
      store.patch('data', { failure: { message: error.message, code: 'screen' } });
      return;
    }
    if (this.#shown !== name) return;
    this.#screen = document.createElement(`nx-screen-${name}`);
    this.#screen.dataset.screen = name;
    this.more = false;
    this.requestUpdate();
    await this.updateComplete;
    await /** @type {any} */ (this.#screen).updateComplete;
    if (!restorePlace() && !isFirst) this.querySelector('main').focus({ preventScroll: true });
  }

  render() {
    if (!t.shell) return nothing;
    const { data, said } = { data: store.get('data'), said: store.get('said') };
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>${t.shell.skip}</a>
      ${this.#navigation()}
      <div class="sheet-frame">
        ${this.#header(data)}
        <main id="main" tabindex="-1" aria-busy=${data.phase === 'opening' ? 'true' : 'false'}>
          <nx-trouble></nx-trouble>
          ${data.world ? this.#screen : this.#waiting(data)}
        </main>
        ${this.#sheet()}
      </div>
      <nx-help></nx-help>
      <p class="unseen" role="status" aria-live="polite">${said?.sentence ?? ''}</p>
    `;
  }

  /** Details of the message that the address names, over any screen. */
  #sheet() {
    const { cell } = store.get('route').params;
    const message = cell && store.get('plan')?.messages.get(cell);
    if (!message) return nothing;
    void import('./parts/sheet.js');
    return html`<nx-sheet .message=${message}></nx-sheet>`;
  }

  /** Returns the page without data: only screens that load data are shown. */
  #waiting({ phase }) {
    if (this.#shown === 'data') return this.#screen;
    return phase === 'opening' ? html`<div class="placeholder" aria-hidden="true"><span></span><span></span><span></span></div>` : nothing;
  }

  #skip(event) {
    event.preventDefault();
    this.querySelector('main').focus();
  }

  #navigation() {
    const current = screenOf(store.get('route'));
    const shown = screens[current].within ?? current;
    /** @param {[string, import('./screens/index.js').Screen]} screen */
    const link = ([name, { icon }]) => html`
      <li><a href=${href(name)} aria-current=${name === shown ? 'page' : nothing} @click=${() => (this.more = false)}>${icons[icon]}<span>${t.shell.tabs[name]}</span>${this.#tally(name)}</a></li>
    `;
    const of = (tab) => Object.entries(screens).filter(([, screen]) => screen.tab === tab);
    return html`
      <nav class="tabs ${this.more ? 'open' : ''}" aria-label=${t.shell.navigation}>
        <a class="brand" href=${href(firstScreen)} aria-label="nextpick">${icons.logo}<span aria-hidden="true">nextpick</span></a>
        <ul class="tabs-main">
          ${of('main').map(link)}
          <li class="tabs-turn"><button type="button" aria-expanded=${this.more ? 'true' : 'false'} @click=${() => (this.more = !this.more)}>${icons.more}<span>${t.shell.more}</span></button></li>
        </ul>
        <ul class="tabs-more">
          ${of('more').map(link)}
        </ul>
        <div class="tabs-foot">${this.#languages()}</div>
      </nav>
    `;
  }

  #tally(name) {
    const { world } = store.get('data');
    const plan = store.get('plan');
    const number = { week: plan?.messages?.size, people: world && world.counts.groups + world.counts.users, library: world?.counts.items }[name];
    return number ? html`<small class="tally" aria-hidden="true">${number.toLocaleString(lang)}</small>` : nothing;
  }

  #languages() {
    return html`
      <fieldset class="segments">
        <legend class="unseen">${t.shell.language}</legend>
        ${Object.entries(languages).map(
          ([code, { name }]) => html`
            <label lang=${code}>
              <input type="radio" name="language" .checked=${live(code === lang)} @change=${() => setPrefs({ lang: code })} />
              <span>${name}</span>
            </label>
          `,
        )}
      </fieldset>
    `;
  }

  #header({ world, kind, name, asOf, isEnd }) {
    const { writer, memoryOnly, update } = store.get('session');
    return html`
      <header>
        ${world
          ? html`
              <p class="as-of">
                <button type="button" class="as-of-turn" aria-expanded=${this.timing ? 'true' : 'false'} aria-controls="as-of-form" @click=${() => (this.timing = !this.timing)}>
                  <span>${t.shell.asOf(timeInWords(asOf, world.offset))}</span> <span class="soft">${isEnd ? t.shell.endOfLog : ''}</span> <u>${t.shell.change}</u>
                </button>
              </p>
              <p class="data-name">${kind === 'sample' ? t.shell.sample : name}</p>
            `
          : nothing}
        <nx-jobs></nx-jobs>
        ${writer ? nothing : html`<p class="badge alert">${t.shell.readOnly} <button type="button" class="quiet" @click=${takeOverData}>${t.shell.takeOver}</button></p>`}
        ${memoryOnly ? html`<p class="badge alert" title=${t.shell.memoryOnlyHint}>${t.shell.memoryOnly}</p>` : nothing}
        ${update ? html`<p class="badge">${t.shell.update} <button type="button" class="quiet" @click=${update}>${t.shell.takeUpdate}</button></p>` : nothing}
        <button type="button" class="quiet help-turn" @click=${() => document.dispatchEvent(new CustomEvent('nx-help'))} aria-label=${t.shell.help}>?</button>
        ${this.timing && world ? this.#timeForm(world, asOf) : nothing}
      </header>
    `;
  }

  #timeForm({ offset, end }, asOf) {
    const set = (at) => Number.isFinite(at) && setAsOf(at);
    return html`
      <div class="time-form" id="as-of-form">
        <label for="time">${t.shell.time} <small>${offsetInWords(offset)}</small></label>
        <input id="time" type="datetime-local" required .value=${live(toField(asOf, offset))} @change=${(event) => set(fromField(event.target.value, offset))} />
        ${end === undefined ? nothing : html`<button type="button" class="quiet" @click=${() => set(end)}>${t.shell.end}</button>`}
        <button type="button" class="quiet" @click=${() => set(Date.now())}>${t.shell.now}</button>
      </div>
    `;
  }
}
customElements.define('nx-app', App);
