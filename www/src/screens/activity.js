/** @file Activity: the operator's changes, latest first. */

import { html, nothing } from 'lit';
import { exportActivity } from '../commands/backup.js';
import { mayWrite } from '../commands.js';
import { readActivity } from '../db/admin.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { setParams } from '../router.js';
import { store } from '../store.js';
import { follow } from '../tabs.js';
import { timeInWords } from '../view.js';
import { t } from '../words/index.js';

/** Entries listed; a search narrows them down, and the export has all. */
const SHOWN = 300;
/** Id of a message. */
const ID = /^[0-9a-f]{32}$/;
/** Characters of a value that are shown. */
const LENGTH = 120;

class Activity extends PageElement {
  static properties = { entries: { state: true } };

  constructor() {
    super();
    this.watch('route', 'data', 'said');
    follow(({ kind }) => ['activity', 'forget'].includes(kind) && this.isConnected && void this.#read());
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#read();
  }

  async #read() {
    this.entries = (await readActivity()).reverse();
  }

  render() {
    const { q = '' } = store.get('route').params;
    const { entries } = this;
    const wanted = q.trim().toLowerCase();
    const found = (entries ?? []).filter((entry) => !wanted || JSON.stringify([verbOf(entry), entry.subject, entry.name, entry.decision, nameOf(entry.subject)]).toLowerCase().includes(wanted));
    return html`
      <div class="screen-head"><h1>${t.shell.tabs.activity}</h1></div>
      <div class="list-head">
        <label class="search"><span class="unseen">${t.activity.find}</span>${icons.search}<input type="search" placeholder=${t.activity.find} .value=${q} @input=${(event) => setParams({ q: event.target.value }, { replace: true })} autocomplete="off" /></label>
        <p class="hint" role="status">${entries ? t.people.found(found.length, entries.length) : t.shell.loading}</p>
        <button type="button" class="quiet" ?disabled=${!entries?.length || !mayWrite()} @click=${exportActivity}>${t.data.exports} CSV</button>
      </div>
      <p class="hint">${t.activity.hint}</p>
      ${entries && !entries.length ? html`<p class="card empty">${t.activity.none}</p>` : nothing}
      ${found.length ? html`<ol class="card part activity">${found.slice(0, SHOWN).map((entry) => this.#entry(entry))}</ol>` : entries?.length ? html`<p class="card empty">${t.shell.none}</p>` : nothing}
      ${found.length > SHOWN ? html`<p class="hint">${t.activity.more(found.length - SHOWN)}</p>` : nothing}
    `;
  }

  #entry(entry) {
    const { at, name, subject, before, after } = entry;
    const { world } = store.get('data');
    const shown = nameOf(subject);
    return html`<li>
      <time datetime=${new Date(at).toISOString()}>${timeInWords(at, world?.offset)}</time>
      <span><b>${verbOf(entry)}</b>${name ? html` <span class="soft">${name}</span>` : nothing}</span>
      <span class="history-item">${subject === undefined ? nothing : html`<bdi>${shown}</bdi>`}${before === undefined && after === undefined ? nothing : html`<small dir="auto">${[before, after].filter((value) => value !== undefined).map(brief).join(' → ')}</small>`}</span>
    </li>`;
  }
}

const verbOf = ({ verb }) => t.activity.verbs[verb] ?? verb;

/** Returns the name of an entry's subject: a group, a person, an item, or a text. */
function nameOf(subject) {
  const { groups, users, items } = store.get('data');
  return groups?.get(subject)?.name ?? users?.get(subject)?.name ?? items?.get(subject)?.title ?? subject;
}

function brief(value) {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.every((one) => ID.test(one)) ? t.activity.messages(value.length) : value.join(' · ');
  const text = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
  return text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text;
}
customElements.define('nx-screen-activity', Activity);
