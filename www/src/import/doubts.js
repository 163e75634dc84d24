/** @file Doubts about a file, each with three examples and remedies; the operator chooses one remedy. */

import { html, nothing } from 'lit';
import { count, t } from '../words/index.js';

/** Signs that may separate the entries of a list. */
const SIGNS = ['，,', '、', ';；', ' ', '/'];

/** A remedy: its name, and the plan that it makes of another. @typedef {[string, (plan: any, doubt?: any) => any]} Remedy */

/** @type {Remedy} */
const keep = ['keep', (plan) => plan];
/** @returns {Remedy} */
const leave = (reason) => ['leave', (plan) => ({ ...plan, leaveOut: { ...plan.leaveOut, [reason]: true } })];
/** @returns {Remedy} */
const split = (sign) => [`split ${sign}`, (plan) => ({ ...plan, read: { ...plan.read, listSeparators: `|${sign}` } })];
/** @type {Remedy} */
const serial = ['serial', (plan) => ({ ...plan, read: { ...plan.read, serialDates: true } })];
/** @type {Remedy} */
const seconds = ['seconds', (plan) => ({ ...plan, read: { ...plan.read, seconds: true } })];
/** @type {Record<string, Remedy[]>} */
const REMEDIES = {
  seconds: [seconds, leave('early'), keep], days: [serial, leave('early'), seconds, keep], serial: [serial, ['drop', (plan) => plan]], dates: [leave('early'), keep], early: [leave('early'), keep], late: [leave('late'), keep],
  item: [keep, leave('unknown')], rounded: [keep], duplicate: [keep], emptyTitle: [keep], undated: [keep], member: [keep], bad: [['drop', (plan) => plan]],
  forgotten: [['leave', (plan, { people }) => ({ ...plan, leaveOut: { ...plan.leaveOut, forgotten: people } })], keep],
};

/** Key of a doubt among those of all files. */
export const keyOf = (sort, { kind, field }) => `${sort} ${kind} ${field ?? ''}`;

/**
 * Draws the doubts of one file.
 * @param {{ sort: string, doubts: any[], answers: Map<string, string>, decide: (key: string, remedy: string, change: (plan: any) => any) => void }} file
 */
export function doubtList({ sort, doubts, answers, decide }) {
  if (!doubts.length) return nothing;
  return html`<ul class="doubts">${doubts.map((doubt) => one(doubt))}</ul>`;

  function one(doubt) {
    const key = keyOf(sort, doubt);
    const answer = answers.get(key);
    /** @type {Remedy[]} */
    const remedies = doubt.kind === 'list' ? [...SIGNS.filter((sign) => doubt.examples.some(({ value }) => [...sign].some((one) => value.includes(one)))).map(split), keep] : (REMEDIES[doubt.kind] ?? [keep]);
    const words = t.imports.doubts[doubt.kind];
    return html`
      <li class="doubt ${answer ? 'answered' : ''}">
        <fieldset>
          <legend><b>${words.what(count(doubt.count), t.imports.fields[doubt.field] ?? doubt.field)}</b></legend>
          ${doubt.examples.length ? html`<p class="hint">${t.imports.examples} ${doubt.examples.map(({ row, value }, i) => html`${i ? ' · ' : ''}<code dir="auto">${value}</code>${row === undefined ? nothing : html`<small> (${t.imports.row(row)})</small>`}`)}</p>` : nothing}
          <div class="remedies">${remedies.map(([name, change]) => html`<label><input type="radio" name=${key} .checked=${answer === name} @change=${() => decide(key, name, (plan) => change(plan, doubt))} /><span>${name.startsWith('split') ? t.imports.splitBy(name.slice(6)) : words[name]}</span></label>`)}</div>
        </fieldset>
      </li>
    `;
  }
}
