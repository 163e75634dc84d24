/** @file Slate: the picks by rank, each with strength, reasons and expected responses. */

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { kindInWords, silenceInWords, valueInWords } from 'nextpick/words';
import { engine } from '../engine/index.js';
import { icons } from '../icons.js';
import { PageElement } from '../element.js';
import { store } from '../store.js';
import { vars } from '../vars.js';
import { CLOSE, ageInWords, axisOf, hasEvidence, kindsThatCount, lag, levelOf, percent, pointsOf } from '../view.js';
import { t, lang } from '../words/index.js';
import './reasons.js';

/** Number of families of reasons on a card; the others can be opened. */
const FAMILIES = 4;
/** Number of kinds shown. */
const KINDS = 4;

class Slate extends PageElement {
  /** `answer`: `{ request, slate }`; `name` of its subject; `same`: true if the question before had the same picks. */
  static properties = { answer: {}, name: {}, busy: { type: Boolean }, same: { type: Boolean } };

  constructor() {
    super();
    this.watch('data');
  }

  render() {
    const { slate } = this.answer ?? {};
    if (!slate) return html`<p class="hint">${t.slate.deciding}</p>`;
    const { world } = store.get('data');
    const { picks, silent } = slate;
    const off = slate.personalised === false;
    const cold = slate.coldStart && !off;
    const refused = slate.refusals.reduce((sum, { count }) => sum + count, 0);
    const numbers = { total: world.counts.items, eligible: world.counts.items - refused, picked: picks.length };
    return html`
      <div class="slate-head">
        <h2>
          <bdi>${t.slate.head(this.name)}</bdi>
          ${cold ? html`<span class="badge">${icons.sprout}${t.slate.coldStart}</span>` : nothing}
          ${off ? html`<span class="badge">${t.slate.notPersonalised}</span>` : nothing}
          ${this.same ? html`<span class="badge" data-same>${t.slate.same}</span>` : nothing}
          ${this.busy ? html`<span class="badge busy"><span class="spinner" aria-hidden="true"></span>${t.slate.deciding}</span>` : nothing}
        </h2>
        <p class="hint">${[!silent && t.slate.summary(numbers), cold && t.slate.coldStartHint, off && t.slate.notPersonalisedHint].filter(Boolean).join(' · ')}</p>
      </div>
      ${silent ? notice(t.slate.silent, silenceInWords(silent.rule, lang, silent.until, world.offset), t.slate.silentHint) : nothing}
      ${!silent && !picks.length ? notice(t.slate.empty, world.counts.items ? t.slate.emptyHint : t.slate.emptyLibrary) : nothing}
      ${picks.length ? this.#picks(slate) : nothing}
    `;
  }

  #picks(slate) {
    const { picks } = slate;
    const points = pointsOf(picks);
    const kinds = kindsThatCount(slate, KINDS);
    const isGrounded = picks.some(hasEvidence);
    const largest = ({ families }) => families.map(({ amount }) => points(amount)).sort((a, b) => Math.abs(b) - Math.abs(a)).slice(0, FAMILIES);
    const axis = axisOf(picks.flatMap(largest));
    const best = Object.fromEntries(kinds.map((kind) => [kind, Math.max(...picks.map(({ chances }) => chances[kind] ?? 0))]));
    return html`
      ${isGrounded ? nothing : notice(t.slate.noEvidence, t.slate.noEvidenceHint)}
      <ol class="slate">
        ${repeat(
          picks,
          ({ item }) => item,
          (pick, i) => this.#card(pick, picks[i + 1], { points, axis, kinds, best, isGrounded }),
        )}
      </ol>
      ${isGrounded ? html`<p class="hint">${t.slate.strengthHint} ${picks.some(({ relative }) => relative) ? t.slate.relativeHint : ''}</p>` : nothing}
    `;
  }

  #card(pick, next, { points, axis, kinds, best, isGrounded }) {
    const item = store.get('data').items.get(pick.item) ?? { id: pick.item };
    const { request, slate } = this.answer;
    return html`
      <li class="card pick" data-item=${pick.item}>
        <div class="pick-head">
          <span class="rank" aria-hidden="true">${pick.rank}</span>
          <div class="pick-title">
            <h3 title=${item.title ?? item.id} dir="auto"><span class="unseen">${t.slate.rank(pick.rank)}</span>${item.title ?? item.id}</h3>
            <p class="chips">${this.#chips(pick, next, item, isGrounded)}</p>
          </div>
          ${isGrounded ? this.#strength(points(pick.score)) : nothing}
        </div>
        ${isGrounded
          ? html`<div class="pick-body">
              <div><nx-reasons .pick=${pick} .rowsOf=${() => engine.job('reasons', { request, item: pick.item })} .points=${points} .axis=${axis} .at=${slate.at} .limit=${FAMILIES} .group=${Boolean(slate.subject.group && !slate.subject.user)}></nx-reasons></div>
              ${kinds.length ? this.#chances(pick, kinds, best) : nothing}
            </div>`
          : nothing}
      </li>
    `;
  }

  #strength(strength) {
    return html`
      <div class="strength">
        <span>${t.slate.strength}</span><strong>${Math.round(strength)}</strong>
        <span class="meter" aria-hidden="true"><span ${vars({ '--length': `${Math.max(0, Math.min(100, strength))}%` })}></span></span>
      </div>
    `;
  }

  #chips(pick, next, item, isGrounded) {
    const { at } = this.answer.slate;
    const difference = isGrounded && next && lag(pick.score, next.score);
    return [
      pick.families.some(({ code }) => code === 'pinned') && html`<span class="chip strong">${icons.pin}${t.slate.pinned}</span>`,
      item.format && html`<span class="chip tinted">${valueInWords('format', item.format, lang)}</span>`,
      item.category && html`<span class="chip">${item.category.split('/').join(' / ')}</span>`,
      pick.propensity < 1 && html`<span class="chip">${t.slate.drawn(percent(pick.propensity, lang))}</span>`,
      typeof difference === 'number' && difference < -1e-9 && html`<span class="chip" title=${t.slate.earlierHint}>${t.slate.earlier}</span>`,
      typeof difference === 'number' && difference >= 0 && difference <= CLOSE && html`<span class="chip close">${t.slate.close(percent(difference, lang))}</span>`,
      item.publishedAt !== undefined && html`<span class="age">${t.slate.published(ageInWords(item.publishedAt, at, lang))}</span>`,
    ].filter(Boolean);
  }

  #chances(pick, kinds, best) {
    return html`
      <div class="chances">
        <p class="small-head">${t.slate.likely}</p>
        <ul>
          ${kinds.map((kind) => {
            const chance = pick.chances[kind] ?? 0;
            const said = kindInWords(kind, lang);
            if (!pick.relative) return html`<li><span>${said}</span><span class="percent">${percent(chance, lang)}</span></li>`;
            const level = levelOf(chance, best[kind]);
            return html`
              <li title=${t.slate.level(said, t.slate.levels[level])}>
                <span>${said}</span>
                <span class="dots" aria-hidden="true">${[1, 2, 3, 4, 5].map((dot) => html`<i class=${dot <= level ? 'on' : ''}></i>`)}</span>
                <span class="unseen">${t.slate.levels[level]}</span>
              </li>
            `;
          })}
        </ul>
      </div>
    `;
  }
}

/** A notice with a heading and lines. */
export const notice = (head, ...lines) => html`<div class="notice">${icons.quiet}<div><h3>${head}</h3>${lines.map((line) => html`<p>${line}</p>`)}</div></div>`;

customElements.define('nx-slate', Slate);
