/** @file The page: its state, its requests, and its layout. */

import { html } from 'lit';
import { Engine } from './engine/engine.js';
import { firstLanguage, languages, speak } from './i18n.js';
import { icons } from './icons.js';
import { Light } from './light.js';
import { sample } from './sample.js';
import './components/nx-files.js';
import './components/nx-language.js';
import './components/nx-question.js';
import './components/nx-refused.js';
import './components/nx-slate.js';
import './components/nx-subject-picker.js';

const COUNT = 5;
/** Subject for a library without users or groups: unknown to the recommender. */
const NEWCOMER = 'new';

class App extends Light {
  static properties = {
    lang: { state: true },
    world: { state: true },
    own: { state: true },
    report: { state: true },
    subject: { state: true },
    question: { state: true },
    decision: { state: true },
    progress: { state: true },
    busy: { state: true },
    deciding: { state: true },
    failure: { state: true },
    said: { state: true },
  };

  #engine = new Engine();
  /** Number of the latest request; answers to earlier ones are dropped. */
  #asked = 0;

  constructor() {
    super();
    this.lang = firstLanguage();
    this.busy = false;
    this.deciding = false;
    this.own = false;
  }

  connectedCallback() {
    super.connectedCallback();
    speak(this.lang);
    this.#load(sample, { own: false });
  }

  async #load(files, { own, leaveOut = false }) {
    this.busy = true;
    this.failure = undefined;
    this.report = undefined;
    this.progress = {};
    try {
      const report = await this.#engine.load(files, { leaveOut, onProgress: (progress) => (this.progress = progress) });
      this.report = report;
      if (report.world) this.#enter(report.world, own);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.busy = false;
      this.progress = undefined;
    }
  }

  #enter(world, own) {
    this.world = world;
    this.own = own;
    this.items = new Map(world.items.map((item) => [item.id, item]));
    this.people = new Map(world.users.map(({ id, name }) => [id, name]));
    this.subject = world.groups.length ? { sort: 'group', id: world.groups[0].id } : { sort: 'user', id: world.users[0]?.id ?? NEWCOMER };
    this.question = { objective: '', now: world.end ?? Date.now(), count: COUNT, channel: '' };
    this.decision = undefined;
    this.#decide();
  }

  #fail(error) {
    this.failure = error.message;
    // The loaded state is lost with the module.
    if (error.code === 'broken') this.world = undefined;
  }

  async #decide() {
    const { sort, id } = this.subject;
    const asked = ++this.#asked;
    this.deciding = id !== undefined;
    if (!this.deciding) {
      this.decision = undefined;
      return;
    }
    const { objective, channel, now, count } = this.question;
    const request = { [sort]: id, now, count, ...(objective && { objective }), ...(channel && { channel }) };
    try {
      const decision = await this.#engine.recommend(request);
      if (asked !== this.#asked) return;
      this.decision = decision;
      this.failure = undefined;
      this.#announce();
    } catch (error) {
      if (asked !== this.#asked) return;
      this.decision = undefined;
      this.#fail(error);
    } finally {
      if (asked === this.#asked) this.deciding = false;
    }
  }

  /** Announces the result once to screen readers; the list itself would be read completely. */
  #announce() {
    const first = this.decision.picks[0];
    this.said = this.t.announce({
      name: this.#name(),
      picked: this.decision.picks.length,
      first: first && (this.items.get(first.item)?.title ?? first.item),
    });
  }

  /** Subject of the decision shown, which may differ briefly from the one just selected. */
  #name() {
    const { group, user } = this.decision?.subject ?? { [this.subject.sort]: this.subject.id };
    const [all, wanted] = group !== undefined ? [this.world.groups, group] : [this.world.users, user];
    return all.find(({ id }) => id === wanted)?.name ?? wanted;
  }

  get t() {
    return languages[this.lang].words;
  }

  #turnTo(lang) {
    this.lang = lang;
    speak(lang);
    if (this.decision) this.#announce();
  }

  #address(subject) {
    // "The group's own" purpose applies to the next group too; a selected purpose stays selected.
    this.subject = subject.sort === 'user' ? { ...subject, id: subject.id ?? NEWCOMER } : subject;
    this.#decide();
  }

  #ask(question) {
    this.question = question;
    this.#decide();
  }

  render() {
    const { t, lang, world } = this;
    return html`
      <a class="skip" href="#result" @click=${this.#skip}>${t.skip}</a>
      <header>
        <div class="brand">${icons.logo}<h1>nextpick</h1></div>
        <p>${t.sentence}</p>
        <nx-language .lang=${lang} @nx-language=${(event) => this.#turnTo(event.detail)}></nx-language>
      </header>
      <div class="columns">
        <div class="rail">
          ${world ? this.#rail() : ''}
          <nx-files
            .t=${t} .lang=${lang} .world=${world} .own=${this.own} .busy=${this.busy} .report=${this.report}
            @nx-load=${(event) => this.#load(event.detail.files, { own: true, leaveOut: event.detail.leaveOut })}
            @nx-sample=${() => this.#load(sample, { own: false })}
          ></nx-files>
        </div>
        <main id="result" tabindex="-1" aria-busy=${this.deciding ? 'true' : 'false'}>
          ${this.failure ? html`<div class="notice wrong" role="alert">${icons.warning}<div><h3>${t.failed}</h3><p>${this.failure}</p>${world ? '' : html`<button type="button" class="quiet" @click=${() => location.reload()}>${t.again}</button>`}</div></div>` : ''}
          ${this.progress ? html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>${this.progress.file ? t.reading(this.progress) : t.loading}</p>` : ''}
          ${world && !this.failure ? this.#result() : ''}
        </main>
      </div>
      <p class="unseen" role="status" aria-live="polite">${this.said ?? ''}</p>
    `;
  }

  #skip(event) {
    event.preventDefault();
    this.querySelector('main').focus();
  }

  #rail() {
    const { t, lang, world, subject } = this;
    return html`
      <nx-subject-picker .t=${t} .lang=${lang} .world=${world} .subject=${subject} @nx-subject=${(event) => this.#address(event.detail)}></nx-subject-picker>
      <nx-question
        .t=${t} .lang=${lang} .world=${world} .subject=${subject} .question=${this.question} .decision=${this.decision}
        @nx-question=${(event) => this.#ask(event.detail)}
      ></nx-question>
    `;
  }

  #result() {
    const { t, lang, world, decision, items } = this;
    if (this.subject.id === undefined) return html`<div class="notice">${icons.quiet}<h3>${t.nobody(t[this.subject.sort])}</h3></div>`;
    return html`
      <nx-slate .t=${t} .lang=${lang} .world=${world} .items=${items} .people=${this.people} .decision=${decision} .name=${this.#name()} .busy=${this.deciding}></nx-slate>
      <nx-refused .t=${t} .lang=${lang} .items=${items} .refused=${decision?.refused} .offset=${world.offset}></nx-refused>
    `;
  }
}
customElements.define('nx-app', App);
