/** @file Hand-over: approved messages are checked again, exported per day and owner, reserved, and confirmed or released. */

import { html, nothing } from 'lit';
import { refusalInWords, silenceInWords } from 'nextpick/words';
import { announce, mayWrite } from '../commands.js';
import { csvOf } from '../commands/backup.js';
import { nextCandidate } from '../commands/cell.js';
import { confirmSent, handOver, recheckAll, releaseAll } from '../commands/handover.js';
import { defaultWeek, leaveOut, openWeek } from '../commands/plan.js';
import { download } from '../files.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { href, setParams } from '../router.js';
import { store } from '../store.js';
import { dayInWords, timeOfDay } from '../view.js';
import { fieldsOf, jsonlOf, readSent, rowsOf, textOf } from '../week/exports.js';
import { dayOf } from '../week/fixed.js';
import { t, lang } from '../words/index.js';

/** Lists with more messages than this are closed at first. */
const LONG = 12;
const STATES = ['approved', 'handed', 'sent'];

class Handover extends PageElement {
  static properties = { refused: { state: true }, checked: { state: true }, busy: { state: true }, printed: { state: true }, said: { state: true } };

  #checkedKey;

  constructor() {
    super();
    this.watch('data', 'plan', 'route', 'session');
    this.refused = new Map();
  }

  willUpdate() {
    void openWeek(store.get('plan')?.from ?? defaultWeek());
    const approved = this.#messages().filter(({ state }) => state === 'approved');
    const key = JSON.stringify([store.get('data').revision, approved.map(({ id, picks }) => [id, picks[0].item])]);
    if (key === this.#checkedKey) return;
    this.#checkedKey = key;
    this.checked = false;
    void recheckAll(approved).then((refused) => {
      if (key !== this.#checkedKey) return;
      this.refused = refused;
      this.checked = true;
    });
  }

  #messages() {
    const plan = store.get('plan');
    return plan?.messages ? [...plan.messages.values()].filter(({ state, picks }) => STATES.includes(state) && picks.length).sort((a, b) => a.at - b.at) : [];
  }

  render() {
    const { offset } = store.get('data').world;
    const messages = this.#messages();
    const { day } = store.get('route').params;
    const days = [...new Set(messages.map(({ at }) => dayOf(at, offset)))];
    const shown = messages.filter(({ at }) => !day || dayOf(at, offset) === Number(day));
    const blocked = shown.filter(({ id, state }) => state === 'approved' && this.refused.has(id));
    return html`
      <div class="screen-head"><h1>${t.shell.tabs.handover}</h1><p class="soft">${t.handover.hint}</p></div>
      ${messages.length
        ? html`
            <div class="week-bar"><div class="filters" role="group" aria-label=${t.week.days}>
              <button type="button" class="filter" aria-pressed=${day ? 'false' : 'true'} @click=${() => setParams({ day: undefined })}>${t.handover.allDays(messages.length)}</button>
              ${days.map((one) => html`<button type="button" class="filter" aria-pressed=${String(one) === day ? 'true' : 'false'} @click=${() => setParams({ day: one })}>${dayInWords(one, lang)}</button>`)}
            </div></div>
            ${blocked.length ? this.#blocked(blocked) : nothing}
            ${this.#blocks(shown.filter(({ id, state }) => state !== 'approved' || !this.refused.has(id)), offset)}
            ${this.#fromBot()}
          `
        : html`<div class="notice">${icons.quiet}<div><h2>${t.handover.none}</h2><p>${t.handover.noneHint}</p><a href=${href('week')}>${t.shell.tabs.week}</a></div></div>`}
      ${this.printed ? this.#printSheet() : nothing}
    `;
  }

  /** Approved messages that may not be sent any more: each needs a decision. */
  #blocked(blocked) {
    const { offset } = store.get('data').world;
    return html`
      <section class="card blocked" aria-labelledby="blocked-head">
        <h2 id="blocked-head">${icons.warning} ${t.handover.blocked(blocked.length)}</h2>
        <ul>${blocked.map((message) => {
          const { rule, until } = this.refused.get(message.id);
          const { recipient, title } = fieldsOf(message, store.get('data'));
          const words = silenceInWords(rule, lang, until, offset);
          return html`<li>
            <span><b>${title}</b> <span class="soft">${recipient} · ${dayInWords(dayOf(message.at, offset), lang)} ${timeOfDay(message.at, offset)}</span><br /><span class="flag">${words === rule ? refusalInWords(rule, lang, until, offset) : words}</span></span>
            <span class="line-verbs"><button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => nextCandidate(message)}>${t.sheet.next}</button><button type="button" class="quiet" ?disabled=${!mayWrite()} @click=${() => leaveOut([message.id])}>${t.week.leaveOut}</button></span>
          </li>`;
        })}</ul>
      </section>
    `;
  }

  /** Messages by day and owner. */
  #blocks(messages, offset) {
    const blocks = new Map();
    for (const message of messages) {
      const { owner, account } = fieldsOf(message, store.get('data'));
      const key = JSON.stringify([dayOf(message.at, offset), owner || account || (message.user === undefined ? t.handover.noOwner : t.handover.privately)]);
      blocks.set(key, [...(blocks.get(key) ?? []), message]);
    }
    return [...blocks].map(([key, list]) => {
      const [day, owner] = JSON.parse(key);
      return this.#block(`${dayInWords(day, lang)} · ${owner}`, `${new Date(day * 86_400_000).toISOString().slice(0, 10)}-${owner}`, list);
    });
  }

  #block(head, name, messages) {
    const { offset } = store.get('data').world;
    const of = (state) => messages.filter((message) => message.state === state).map(({ id }) => id);
    const [approved, handed] = [of('approved'), of('handed')];
    const off = !mayWrite() || this.busy || !this.checked;
    const going = messages.filter(({ state }) => state !== 'sent');
    return html`
      <section class="card block" aria-label=${head}>
        <div class="block-head">
          <h2>${head}</h2>
          <span class="line-verbs">
            ${approved.length ? html`<button type="button" class="main" ?disabled=${off} @click=${() => this.#act(() => this.#handOver(approved))}>${t.handover.handOver(approved.length)}</button>` : nothing}
            ${handed.length ? html`<button type="button" class="main" ?disabled=${off} @click=${() => this.#act(() => confirmSent(handed))}>${t.handover.allSent(handed.length)}</button>` : nothing}
          </span>
        </div>
        <details ?open=${messages.length <= LONG}>
          <summary>${t.handover.list(messages.length)} <span class="soft">${STATES.filter((state) => of(state).length).map((state) => `${t.week.states[state]} ${of(state).length}`).join(' · ')}</span></summary>
          <ul class="lines">${messages.map((message) => this.#message(message, offset))}</ul>
        </details>
        ${going.length ? this.#exports(going, name) : nothing}
      </section>
    `;
  }

  #message(message, offset) {
    const { recipient, title } = fieldsOf(message, store.get('data'));
    return html`
      <li>
        <div class="line-what"><strong dir="auto">${title}</strong><span class="soft">${timeOfDay(message.at, offset)} · ${recipient}</span></div>
        <div class="line-state"><span>${{ approved: '✓', handed: '→', sent: '●' }[message.state]} ${t.week.states[message.state]}</span></div>
        <div class="line-verbs">
          ${message.state === 'handed' ? html`
            <button type="button" class="quiet" ?disabled=${!mayWrite()} aria-label=${`${t.handover.sent}: ${recipient}`} @click=${() => confirmSent([message.id])}>${t.handover.sent}</button>
            <button type="button" class="quiet" ?disabled=${!mayWrite()} aria-label=${`${t.handover.notSent}: ${recipient}`} @click=${() => releaseAll([message.id])}>${t.handover.notSent}</button>` : nothing}
        </div>
      </li>
    `;
  }

  #exports(messages, name) {
    const data = store.get('data');
    const copy = async () => {
      await navigator.clipboard?.writeText(textOf(messages, data));
      announce(t.week.copied);
    };
    return html`
      <div class="row exports">
        <span class="soft">${t.handover.exports}</span>
        <button type="button" class="quiet" @click=${() => download(`${name}.csv`, csvOf(t.handover.heads, rowsOf(messages, data)), 'text/csv')}>CSV</button>
        <button type="button" class="quiet" @click=${() => download(`${name}.jsonl`, jsonlOf(messages), 'application/jsonl')}>JSONL</button>
        <button type="button" class="quiet" @click=${copy}>${t.handover.text}</button>
        ${navigator.share ? html`<button type="button" class="quiet" @click=${() => navigator.share({ text: textOf(messages, data) }).catch(() => {})}>${t.handover.share}</button>` : nothing}
        <button type="button" class="quiet" @click=${() => this.#print(messages)}>${t.handover.print}</button>
      </div>
    `;
  }

  async #act(work) {
    this.busy = true;
    try {
      await work();
    } finally {
      this.busy = false;
    }
  }

  async #handOver(ids) {
    const refused = await handOver(ids);
    if (refused.size) this.refused = new Map([...this.refused, ...refused]);
  }

  /** Confirms the messages that a bot's file lists as sent. */
  #fromBot() {
    const read = async (event) => {
      const [file] = event.target.files;
      if (!file) return;
      const { sent, wrong } = readSent(await file.text());
      const ids = this.#messages().filter(({ decision }) => sent.has(decision)).map(({ id }) => id);
      const count = await confirmSent(ids, sent);
      this.said = t.handover.botRead(count, wrong);
    };
    return html`
      <div class="row bot">
        <label class="button quiet small"><input type="file" class="unseen" accept=".jsonl,.ndjson,.json" aria-label=${t.handover.bot} ?disabled=${!mayWrite()} @change=${read} />${t.handover.bot}</label>
        <span class="hint" role="status">${this.said ?? t.handover.botHint}</span>
      </div>
    `;
  }

  async #print(messages) {
    this.printed = messages;
    await this.updateComplete;
    print();
    this.printed = undefined;
  }

  /** Page to print: one line per message, with a box to tick. */
  #printSheet() {
    const { offset } = store.get('data').world;
    const [first] = this.printed;
    const { owner, account } = fieldsOf(first, store.get('data'));
    return html`
      <section class="print-sheet" aria-hidden="true">
        <h2>${dayInWords(dayOf(first.at, offset), lang)} · ${owner || account}</h2>
        <table><tbody>${this.printed.map((message) => {
          const { recipient, title, path } = fieldsOf(message, store.get('data'));
          return html`<tr><td>☐</td><td>${timeOfDay(message.at, offset)}</td><td>${recipient}</td><td>${title}<br /><small>${path}</small></td></tr>`;
        })}</tbody></table>
      </section>
    `;
  }
}
customElements.define('nx-screen-handover', Handover);
