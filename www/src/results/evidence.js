/**
 * @file Answer of an off-policy evaluation: the sentence, and its interval as a bar of which the part due to chance is solid
 *   and the part without support in the log hatched. An answer that is none shows no bar.
 */

import { html, nothing, svg } from 'lit';
import { kindInWords, offPolicyInWords } from 'nextpick/words';
import { icons } from '../icons.js';
import { store } from '../store.js';
import { percent } from '../view.js';
import { count, lang, t } from '../words/index.js';
import './collect.js';

/** Half the width of the picture that its longest side takes, in percent. */
const HALF = 46;

const share = (number) => `${number < 0 ? '−' : '+'}${(100 * Math.abs(number)).toLocaleString(lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} %`;

/** Picture of a lift around zero: hatched from end to end, solid where only chance blurs it, a dot at the estimate. */
function evidenceBar({ estimate, interval: [low, high], samplingHalfWidth }) {
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const x = (value) => `${(50 + (HALF * value) / most).toFixed(2)}%`;
  const [from, to] = [Math.max(low, estimate - samplingHalfWidth), Math.min(high, estimate + samplingHalfWidth)];
  return html`<svg class="evidence-bar" aria-hidden="true" focusable="false">
    ${svg`<line class="evidence-unsupported" x1=${x(low)} x2=${x(high)} y1="50%" y2="50%" />
      <line class="evidence-sampling" x1=${x(from)} x2=${x(to)} y1="50%" y2="50%" />
      <line class="interval-zero" x1=${x(0)} x2=${x(0)} y1="0" y2="100%" />
      <circle class="interval-dot" cx=${x(estimate)} cy="50%" r="5" />`}
  </svg>`;
}

/**
 * Draws an answer of `evaluate`.
 * @param {any} answer @param {{ outcome: string }} request
 */
export function evidenceOf(answer, { outcome }) {
  const { count: decisions, report } = answer;
  if (!report) return html`<p class="evidence-words" data-verdict="no-requests">${decisions.users + decisions.groups ? t.results.noRequests(count(decisions.users + decisions.groups)) : t.results.noDecisions}</p><p class="hint">${t.results.noRequestsHint}</p>`;
  const titleOf = (item) => store.get('data').items.get(item)?.title;
  const { verdict, lift } = report;
  return html`
    <div class="evidence" data-verdict=${verdict}>
      <p class="evidence-words">${lift ? nothing : icons.warning}${offPolicyInWords(report, { lang, titleOf, outcome })}</p>
      ${lift ? html`<figure>${evidenceBar(lift)}<figcaption class="hint"><span class="key-sampling">${t.results.byChance}</span> <span class="key-unsupported">${t.results.bySupport}</span></figcaption></figure>` : nothing}
      ${facts(answer, outcome)}
      ${lift ? nothing : html`<nx-collect .report=${report} .outcome=${outcome}></nx-collect>`}
      ${store.get('data').kind === 'sample' ? html`<p class="hint">${t.results.ofTrial}</p>` : nothing}
    </div>
  `;
}

/** Shows coverage and counts; an estimate only together with its interval. */
function facts({ report: { lift, decisions, overlap, logged }, tried, took }, outcome) {
  const rows = [
    lift && [t.results.lift, `${share(lift.estimate)} (${lift.interval.map(share).join(' … ')})`],
    [t.results.decisionsUsed, count(decisions.used)],
    [t.results.rebuilt, count(decisions.reproduced.exact + decisions.reproduced.close)],
    lift && [t.results.changedShare, percent(decisions.changed, lang)],
    lift && [t.results.outcomesCounted(kindInWords(outcome, lang)), count(logged.outcomes)],
    lift && [t.results.covered, percent(1 - overlap.unsupported, lang)],
    ...Object.entries(decisions.excluded).filter(([, n]) => n).map(([reason, n]) => [t.results.excluded[reason] ?? reason, count(n)]),
    [t.results.tried, count(tried)],
    [t.results.took, t.results.seconds((took / 1000).toLocaleString(lang, { maximumSignificantDigits: 2 }))],
  ].filter(Boolean);
  return html`<dl class="fact-list">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl><p class="hint">${t.results.triedHint}</p>`;
}
