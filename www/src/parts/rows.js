/**
 * @file List of any length in a scrolling region: only the rows in view, and some around them, are in the page. Arrow
 *   keys, Page Up, Page Down, Home and End move between the links of the rows.
 */

import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { PageElement } from '../element.js';
import { vars } from '../vars.js';

/** Number of rows drawn above and below those in view. */
const SPARE = 8;
/** Height of a row in CSS pixels, on wide and on narrow screens. */
const HEIGHTS = { wide: 52, narrow: 72 };
const narrow = matchMedia('(max-width: 40rem)');

class Rows extends PageElement {
  /** `items` with `id`; `row(item)` draws one, with a link; `label` names the list. Emits `nx-visible` with the ids in view. */
  static properties = { items: {}, row: {}, label: {}, top: { state: true }, view: { state: true } };

  #shownIds = '';
  #focus;
  #sized = new ResizeObserver(([entry]) => (this.view = entry.contentRect.height));

  constructor() {
    super();
    this.items = [];
    this.top = 0;
    this.view = 600;
  }

  connectedCallback() {
    super.connectedCallback();
    this.redraw = () => this.requestUpdate();
    narrow.addEventListener('change', this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    narrow.removeEventListener('change', this.redraw);
    this.#sized.disconnect();
  }

  get #height() {
    return narrow.matches ? HEIGHTS.narrow : HEIGHTS.wide;
  }

  #range() {
    const height = this.#height;
    const from = Math.max(0, Math.floor(this.top / height) - SPARE);
    return { from, to: Math.min(this.items.length, from + Math.ceil(this.view / height) + 2 * SPARE), height };
  }

  render() {
    const { items, label } = this;
    const { from, to, height } = this.#range();
    return html`
      <div class="virtual" @scroll=${(event) => (this.top = event.target.scrollTop)} @keydown=${this.#key}>
        <ul aria-label=${label} ${vars({ '--all': `${items.length * height}px`, '--before': `${from * height}px`, '--row': `${height}px` })}>
          ${repeat(items.slice(from, to), ({ id }) => id, (item, i) => html`<li data-at=${from + i} aria-setsize=${items.length} aria-posinset=${from + i + 1}>${this.row(item)}</li>`)}
        </ul>
      </div>
    `;
  }

  updated(changed) {
    const region = this.querySelector('.virtual');
    this.#sized.observe(region);
    // Another list begins at its top.
    if (changed.has('items') && changed.get('items') && region.scrollTop > this.items.length * this.#height) region.scrollTop = 0;
    if (this.#focus !== undefined) {
      /** @type {HTMLElement} */ (this.querySelector(`[data-at="${this.#focus}"] a`))?.focus();
      this.#focus = undefined;
    }
    const { from, to } = this.#range();
    const visible = this.items.slice(from, to).map(({ id }) => id);
    const shownIds = visible.join('\n');
    if (shownIds === this.#shownIds) return;
    this.#shownIds = shownIds;
    this.emit('nx-visible', visible);
  }

  #key(event) {
    const at = Number(event.target.closest('[data-at]')?.dataset.at);
    const page = Math.max(1, Math.floor(this.view / this.#height) - 1);
    const last = this.items.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: last }[event.key];
    if (to === undefined || Number.isNaN(at) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#focus = Math.max(0, Math.min(last, to));
    const region = this.querySelector('.virtual');
    const height = this.#height;
    const [above, below] = [this.#focus * height, (this.#focus + 1) * height];
    if (above < region.scrollTop) region.scrollTop = above;
    else if (below > region.scrollTop + region.clientHeight) region.scrollTop = below - region.clientHeight;
    this.top = region.scrollTop;
    this.requestUpdate();
  }
}
customElements.define('nx-rows', Rows);
