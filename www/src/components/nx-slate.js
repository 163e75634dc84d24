/** @file Slate: the picks by rank, each with strength, reasons and expected responses. */

import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { kindInWords, silenceInWords, valueInWords } from 'nextpick/words';
import { icons } from '../icons.js';
import { Light } from '../light.js';
import { ageInWords, axisOf, heaviest, kindsThatCount, levelOf, pointsOf } from '../view.js';
import './nx-reasons.js';

/** Number of reasons on a card; the others can be expanded. */
const REASONS = 4;
/** Reasons that round to zero are only in the table. */
const SMALLEST_POINTS = 0.5;
/** Number of kinds shown. */
const KINDS = 4;

class Slate extends Light {
  static properties = { t: {}, lang: {}, world: {}, items: {}, people: {}, decision: {}, name: {}, busy: { type: Boolean } };

  render() {
    const { t, decision, world } = this;
    if (!decision) return html`<p class="hint" role="status">${t.deciding}</p>`;
    const { picks, silent } = decision;
    const off = decision.personalised === false;
    const cold = decision.coldStart && !off;
    const numbers = { total: world.counts.items, eligible: world.counts.items - (decision.refused?.length ?? 0), picked: picks.length };
    return html`
      <div class="slate-head">
        <h2>${t.slate(this.name)} ${cold ? html`<span class="badge">${icons.sprout}${t.coldStart}</span>` : ''}${off ? html`<span class="badge">${t.notPersonalised}</span>` : ''}${this.busy ? html`<span class="badge busy"><span class="spinner" aria-hidden="true"></span>${t.deciding}</span>` : ''}</h2>
        <p class="hint">${silent ? '' : t.summary(numbers)}</p>
        ${cold ? html`<p class="hint">${t.coldStartHint}</p>` : ''}
        ${off ? html`<p class="hint">${t.notPersonalisedHint}</p>` : ''}
      </div>
      ${silent ? this.#notice(icons.quiet, t.silent, silenceInWords(silent.rule, this.lang, silent.until, world.offset), t.silentHint) : ''}
      ${!silent && !picks.length ? this.#notice(icons.quiet, t.empty, world.counts.items ? t.emptyHint : t.emptyLibrary) : ''}
      ${picks.length ? this.#picks(picks) : ''}
    `;
  }

  #notice(icon, head, ...lines) {
    return html`<div class="notice">${icon}<div><h3>${head}</h3>${lines.map((line) => html`<p>${line}</p>`)}</div></div>`;
  }

  #picks(picks) {
    const points = pointsOf(picks);
    const kinds = kindsThatCount(this.decision, KINDS);
    const worthSaying = ({ amount }, i) => i === 0 || Math.abs(points(amount)) >= SMALLEST_POINTS;
    const cards = picks.map((pick) => ({ pick, top: heaviest(pick.reasons, REASONS).filter(worthSaying) }));
    const axis = axisOf(cards.flatMap(({ top }) => top.map(({ amount }) => points(amount))));
    const best = Object.fromEntries(kinds.map((kind) => [kind, Math.max(...picks.map(({ chances }) => chances[kind] ?? 0))]));
    return html`
      <ol class="slate" aria-busy=${this.busy ? 'true' : 'false'}>
        ${repeat(
          cards,
          ({ pick }) => pick.item,
          ({ pick, top }) => this.#card(pick, { top, points, axis, kinds, best }),
        )}
      </ol>
      <p class="hint">${this.t.strengthHint} ${picks.some(({ relative }) => relative) ? this.t.relativeHint : ''}</p>
    `;
  }

  #card(pick, { top, points, axis, kinds, best }) {
    const { t } = this;
    const item = this.items.get(pick.item) ?? { id: pick.item };
    const strength = points(pick.score);
    return html`
      <li class="card pick" data-item=${pick.item}>
        <div class="pick-head">
          <span class="rank" aria-hidden="true">${pick.rank}</span>
          <div class="pick-title">
            <h3>${item.title ?? item.id}</h3>
            <p class="chips">${this.#chips(pick, item)}</p>
          </div>
          <div class="strength">
            <span>${t.strength}</span><strong>${Math.round(strength)}</strong>
            <span class="meter" aria-hidden="true"><span .style=${`width:${Math.max(0, Math.min(100, strength))}%`}></span></span>
          </div>
        </div>
        <div class="pick-body">
          <nx-reasons
            .t=${t}
            .lang=${this.lang}
            .reasons=${pick.reasons}
            .top=${top}
            .points=${points}
            .axis=${axis}
            .score=${pick.score}
            .items=${this.items}
            .people=${this.people}
            .age=${item.publishedAt === undefined ? undefined : this.decision.at - item.publishedAt}
            .group=${Boolean(this.decision.subject.group && !this.decision.subject.user)}
          ></nx-reasons>
          ${kinds.length ? this.#chances(pick, kinds, best) : ''}
        </div>
      </li>
    `;
  }

  #chips(pick, item) {
    const { t, lang, decision } = this;
    const chips = [
      pick.reasons.some(({ code }) => code === 'pinned') && html`<span class="chip strong">${icons.pin}${t.pinned}</span>`,
      item.format && html`<span class="chip tinted">${valueInWords('format', item.format, lang)}</span>`,
      item.category && html`<span class="chip">${item.category.split('/').join(' / ')}</span>`,
      pick.propensity < 1 && html`<span class="chip">${t.drawn(percent(pick.propensity, lang))}</span>`,
      item.publishedAt !== undefined && html`<span class="age">${t.published(ageInWords(item.publishedAt, decision.at, lang))}</span>`,
    ];
    return chips.filter(Boolean);
  }

  #chances(pick, kinds, best) {
    const { t, lang } = this;
    return html`
      <div class="chances">
        <h4>${t.likely}</h4>
        <ul>
          ${kinds.map((kind) => {
            const chance = pick.chances[kind] ?? 0;
            const said = kindInWords(kind, lang);
            if (!pick.relative) return html`<li><span>${said}</span><span class="percent">${percent(chance, lang)}</span></li>`;
            const level = levelOf(chance, best[kind]);
            return html`
              <li title=${t.level(said, t.levels[level])}>
                <span>${said}</span>
                <span class="dots" aria-hidden="true">${[1, 2, 3, 4, 5].map((dot) => html`<i class=${dot <= level ? 'on' : ''}></i>`)}</span>
                <span class="unseen">${t.levels[level]}</span>
              </li>
            `;
          })}
        </ul>
      </div>
    `;
  }
}

const percent = (share, lang) => new Intl.NumberFormat(lang, { style: 'percent', maximumSignificantDigits: 2 }).format(share);

customElements.define('nx-slate', Slate);
