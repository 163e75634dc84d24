/** @file Rights of a person: personalisation off and on, all data as a file, and being forgotten. */

import { html, nothing } from 'lit';
import { mayWrite, perform } from '../commands.js';
import { forgetPerson, setPersonalised } from '../commands/people.js';
import { ask, engine } from '../engine/index.js';
import { download } from '../files.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { go } from '../router.js';
import { store } from '../store.js';
import { count, t } from '../words/index.js';

/** Everything: no person has more entries than this. */
const ALL = 1_000_000;

class Rights extends PageElement {
  static properties = { subject: {}, profile: {}, traces: { state: true }, typed: { state: true }, busy: { state: true }, failure: { state: true } };

  constructor() {
    super();
    this.watch('session');
    this.typed = '';
  }

  render() {
    return html`${this.#personalisation()} ${this.#download()} ${this.#forget()}`;
  }

  #personalisation() {
    const on = this.profile.personalised !== false;
    return html`
      <section class="card part" aria-labelledby="personal-head">
        <h2 id="personal-head">${t.people.personalisation}</h2>
        <p>${on ? t.people.personalisedOn : t.people.personalisedOff}</p>
        <p class="hint">${t.people.personalisationHint}</p>
        <button type="button" ?disabled=${!mayWrite()} @click=${() => this.#turn(!on)}>${on ? t.people.turnOff : t.people.turnOn}</button>
      </section>
    `;
  }

  async #turn(on) {
    await setPersonalised(this.subject, on);
    this.emit('nx-changed');
  }

  #download() {
    return html`
      <section class="card part" aria-labelledby="copy-head">
        <h2 id="copy-head">${t.people.copyHead}</h2>
        <p class="hint">${t.people.copyHint}</p>
        <button type="button" @click=${this.#save}>${t.people.copy}</button>
      </section>
    `;
  }

  async #save() {
    const { asOf } = store.get('data');
    const profile = await ask('profile', { user: this.subject, now: asOf, limit: ALL });
    const journeys = await engine.latest('journeys of', 'journeysOf', { sort: 'user', id: this.subject, now: asOf });
    const file = `nextpick-person-${new Date().toISOString().slice(0, 10)}.json`;
    download(file, `${JSON.stringify({ profile, journeys }, null, 2)}\n`, 'application/json');
    if (mayWrite()) await perform({ verb: 'export', subject: file, after: { people: 1 }, change: () => {} });
  }

  #forget() {
    return html`
      <section class="card part danger" aria-labelledby="forget-head">
        <h2 id="forget-head">${t.people.forgetHead}</h2>
        <p class="hint">${t.people.forgetHint}</p>
        ${this.traces ? this.#confirm(this.traces) : html`<button type="button" ?disabled=${!mayWrite()} @click=${this.#look}>${t.people.forget}</button>`}
      </section>
    `;
  }

  async #look() {
    this.traces = await engine.latest('traces', 'traces', { user: this.subject, now: store.get('data').asOf });
    await this.updateComplete;
    /** @type {HTMLElement} */ (this.querySelector('#forget-id'))?.focus();
  }

  #confirm(traces) {
    const groups = traces.groups.map((id) => store.get('data').groups.get(id)?.name ?? id);
    return html`
      <h3>${t.people.willGo}</h3>
      <ul class="plain">${t.people.goes({ ...traces, interactions: count(traces.interactions), received: count(traces.received), affinities: count(traces.affinities), groups }).map((line) => html`<li>${line}</li>`)}</ul>
      <form @submit=${this.#go}>
        <label for="forget-id">${t.people.typeId} <b class="mono">${this.subject}</b></label>
        <input id="forget-id" autocomplete="off" spellcheck="false" .value=${this.typed} @input=${(event) => (this.typed = event.target.value)} />
        <div class="row">
          <button type="submit" class="main danger" ?disabled=${this.typed.trim() !== this.subject || this.busy || !mayWrite()}>${this.busy ? t.people.forgetting : t.people.forgetForGood}</button>
          <button type="button" @click=${() => (this.traces = undefined)}>${t.shell.cancel}</button>
        </div>
      </form>
      ${this.failure ? html`<p class="problem" role="alert">${icons.warning}${this.failure}</p>` : nothing}
    `;
  }

  async #go(event) {
    event.preventDefault();
    this.busy = true;
    try {
      await forgetPerson(this.subject);
      // The address names the person, so Back must not lead there.
      go(['people', 'receipt'], {}, { replace: true });
    } catch (error) {
      this.failure = error.message;
    } finally {
      this.busy = false;
    }
  }
}
customElements.define('nx-rights', Rights);
