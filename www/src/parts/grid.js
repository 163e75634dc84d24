/**
 * @file Grid of a week: groups by days, one tab stop, arrows between cells. From 60 groups on only the rows on the screen
 *   are in the page.
 */

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { silenceInWords, valueInWords } from 'nextpick/words';
import { PageElement } from '../element.js';
import { href } from '../router.js';
import { store } from '../store.js';
import { vars } from '../vars.js';
import { dayInWords, purposeName, timeOfDay } from '../view.js';
import { GLYPHS } from '../week/model.js';
import { t, lang } from '../words/index.js';

/** Number of rows from which on only visible ones are in the page. */
const MANY = 60;
/** Height of a row in this case, in pixels, and number of rows drawn above and below the screen. */
const HEIGHT = 92;
const SPARE = 6;

class Grid extends PageElement {
  /**
   * `rows`: groups with their messages by day; `days`: day numbers; `flags` by message; `selected`: ids; `differs`: items
   * of the other scheme by message key.
   */
  static properties = { rows: {}, days: {}, flags: {}, selected: {}, others: {}, narrow: { type: Boolean }, at: { state: true }, top: { state: true } };

  #anchor;

  constructor() {
    super();
    this.watch('data');
    this.at = { row: 0, column: 0 };
    this.top = 0;
    this.selected = new Set();
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('scroll', this.#scrolled, { passive: true });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('scroll', this.#scrolled);
  }

  #scrolled = () => {
    if (this.rows.length < MANY) return;
    const top = Math.max(0, Math.floor(-this.getBoundingClientRect().top / HEIGHT) - SPARE);
    if (Math.abs(top - this.top) >= SPARE / 2 || top === 0) this.top = top;
  };

  /** Rows in the page. */
  #window() {
    if (this.rows.length < MANY) return [0, this.rows.length];
    const shown = Math.ceil(innerHeight / HEIGHT) + 2 * SPARE;
    return [Math.min(this.top, Math.max(0, this.rows.length - shown)), Math.min(this.rows.length, this.top + shown)];
  }

  willUpdate() {
    const row = Math.min(this.at.row, this.rows.length - 1);
    const column = Math.min(this.at.column, this.days.length - 1);
    if (row !== this.at.row || column !== this.at.column) this.at = { row: Math.max(0, row), column: Math.max(0, column) };
  }

  render() {
    const { rows, days } = this;
    const [from, to] = this.#window();
    const isVirtual = rows.length >= MANY;
    const spacer = (count) => (isVirtual && count > 0 ? html`<tr aria-hidden="true" class="spacer" ${vars({ '--height': `${count * HEIGHT}px` })}><td colspan=${days.length + 1}></td></tr>` : nothing);
    return html`
      <table role="grid" class="plan-grid ${isVirtual ? 'fixed' : ''}" aria-label=${t.week.grid} aria-rowcount=${rows.length + 1} aria-multiselectable="true" @keydown=${this.#pressed} @click=${this.#clicked} @focusin=${this.#focused}>
        <thead>
          <tr aria-rowindex="1">
            <th scope="col">${t.week.group}</th>
            ${days.map((day) => this.#head(day))}
          </tr>
        </thead>
        <tbody>
          ${spacer(from)}
          ${repeat(rows.slice(from, to), ({ id }) => id, (row, i) => this.#row(row, from + i))}
          ${spacer(rows.length - to)}
        </tbody>
      </table>
    `;
  }

  #head(day) {
    const messages = this.rows.flatMap(({ cells }) => cells.get(day) ?? []);
    const approved = messages.filter(({ state }) => ['approved', 'handed', 'sent'].includes(state)).length;
    const going = messages.filter(({ picks }) => picks.length).length;
    return html`<th scope="col"><span>${dayInWords(day, lang)}</span><small>${approved ? t.week.approvedOf(approved, going) : t.week.openCount(going)}</small></th>`;
  }

  #row(row, index) {
    const group = store.get('data').groups.get(row.id) ?? { id: row.id, name: row.id };
    return html`
      <tr aria-rowindex=${index + 2}>
        <th scope="row" role="rowheader"><a href=${href(['people', 'group', row.id])} tabindex="-1">${group.name}</a><small>${[group.purpose && purposeName(group.purpose), t.people.members(group.members ?? 0), t.week.sends([...row.cells.values()].flat().filter(({ picks }) => picks.length).length)].filter(Boolean).join(' · ')}</small></th>
        ${this.days.map((day, column) => this.#cell(row, group, day, index, column))}
      </tr>
    `;
  }

  #cell(row, group, day, index, column) {
    const messages = row.cells.get(day) ?? [];
    const isHere = index === this.at.row && column === this.at.column;
    const isSelected = messages.length > 0 && messages.every(({ id }) => this.selected.has(id));
    const { offset } = store.get('data').world;
    const times = messages.map(({ at }) => timeOfDay(at, offset)).join(' / ');
    return html`
      <td
        role="gridcell" id="cell-${index}-${column}" tabindex=${isHere ? 0 : -1} aria-selected=${isSelected ? 'true' : 'false'}
        data-row=${index} data-column=${column} class="state-${messages[0]?.state ?? 'none'}"
      ><span class="unseen">${group.name}, ${dayInWords(day, lang)} ${times}: </span>${messages.length ? messages.map((message, i) => this.#message(message, i)) : html`<span class="soft" aria-hidden="true">–</span><span class="unseen">${t.week.nothing}</span>`}</td>
    `;
  }

  #titleOf = (id) => store.get('data').items.get(id)?.title ?? id;

  #nothing({ silent }) {
    return silent ? silenceInWords(silent.rule, lang, silent.until, store.get('data').world.offset) : t.week.flags['no-candidates'];
  }

  #message(message, i) {
    const item = store.get('data').items.get(message.picks[0]?.item);
    const other = this.others?.get(message.id);
    const flags = (this.flags.get(message.id) ?? []).filter((flag) => t.week.flags[flag] && flag !== 'no-candidates' && flag !== 'silent');
    return html`
      <span class="message ${i ? 'further' : ''}" data-message=${message.id}>
        <span class="cell-title" dir="auto">${message.picks.length ? this.#titleOf(message.picks[0].item) : html`<span class="soft">${this.#nothing(message)}</span>`}</span>
        ${other ? html`<span class="cell-other" dir="auto"><b>B</b> ${this.#titleOf(other)}</span>` : nothing}
        <span class="cell-more">
          ${item?.format ? html`<span>${valueInWords('format', item.format, lang)}</span>` : nothing}
          ${message.picks.length || message.state !== 'missed' ? html`<span class="state"><span aria-hidden="true">${GLYPHS[message.state]}</span> ${t.week.states[message.state]}</span>` : nothing}
          ${flags.map((flag) => html`<span class="flag">${t.week.flags[flag]}</span> `)}
        </span>
      </span>
    `;
  }

  /** Messages of a cell. */
  #messagesAt({ row, column }) {
    return this.rows[row]?.cells.get(this.days[column]) ?? [];
  }

  #placeOf = (target) => {
    const cell = target.closest('td[data-row]');
    return cell && { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
  };

  #focused(event) {
    const place = this.#placeOf(event.target);
    if (place) this.at = place;
  }

  #clicked(event) {
    const place = this.#placeOf(event.target);
    if (!place) return;
    if (event.shiftKey && this.#anchor) return this.#select(this.#anchor, place);
    this.#anchor = place;
    if (event.ctrlKey || event.metaKey) return this.#turn(place);
    const id = event.target.closest('[data-message]')?.dataset.message;
    this.#open(place, id);
  }

  #open(place, id = this.#messagesAt(place)[0]?.id) {
    if (id) this.emit('nx-open', { id, focus: `cell-${place.row}-${place.column}` });
  }

  /** Selects or deselects one cell. */
  #turn(place) {
    const selected = new Set(this.selected);
    const ids = this.#messagesAt(place).map(({ id }) => id);
    const isSelected = ids.every((id) => selected.has(id));
    for (const id of ids) isSelected ? selected.delete(id) : selected.add(id);
    this.emit('nx-select', selected);
  }

  /** Selects the rectangle between two cells. */
  #select(a, b) {
    const selected = new Set();
    for (let row = Math.min(a.row, b.row); row <= Math.max(a.row, b.row); row++) {
      for (let column = Math.min(a.column, b.column); column <= Math.max(a.column, b.column); column++) {
        for (const { id } of this.#messagesAt({ row, column })) selected.add(id);
      }
    }
    this.emit('nx-select', selected);
  }

  #pressed(event) {
    const { row, column } = this.at;
    const [last, end] = [this.rows.length - 1, this.days.length - 1];
    const page = Math.max(1, Math.floor(innerHeight / HEIGHT) - 2);
    const all = event.ctrlKey || event.metaKey;
    const to = {
      ArrowUp: { row: row - 1, column }, ArrowDown: { row: row + 1, column },
      ArrowLeft: { row, column: column - 1 }, ArrowRight: { row, column: column + 1 },
      Home: { row: all ? 0 : row, column: 0 }, End: { row: all ? last : row, column: end },
      PageUp: { row: row - page, column }, PageDown: { row: row + page, column },
    }[event.key];
    if (to) {
      const place = { row: Math.max(0, Math.min(last, to.row)), column: Math.max(0, Math.min(end, to.column)) };
      this.#anchor = event.shiftKey ? (this.#anchor ?? this.at) : place;
      if (event.shiftKey) this.#select(this.#anchor, place);
      void this.moveTo(place);
    } else if (event.key === 'Enter') this.#open(this.at);
    else if (event.key === ' ') this.#turn(this.at);
    else if (!all && !event.altKey && store.get('prefs').keys && /^[anxpc]$/i.test(event.key)) this.emit('nx-verb', { key: event.key.toLowerCase(), messages: this.#messagesAt(this.at) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the focus to a cell, which may be beyond the screen. */
  async moveTo(place) {
    this.at = place;
    if (this.rows.length >= MANY) {
      const [from, to] = this.#window();
      if (place.row < from + 1 || place.row >= to - 1) {
        this.top = Math.max(0, place.row - SPARE);
        scrollTo(0, this.getBoundingClientRect().top + scrollY + place.row * HEIGHT - innerHeight / 2);
      }
    }
    await this.updateComplete;
    const cell = /** @type {HTMLElement | null} */ (this.querySelector(`#cell-${place.row}-${place.column}`));
    cell?.focus({ preventScroll: false });
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}
customElements.define('nx-grid', Grid);
