/** @file Shows the state of a study: computing, failed, cancelled, or its answer; an earlier answer is dimmed while the next is computed. */

import { html, nothing } from 'lit';
import { icons } from '../icons.js';
import { href } from '../router.js';
import { t } from '../words/index.js';
import { askAgain } from './answers.js';

/**
 * @param {{ phase: string, request?: any, answer?: any, failure?: { code?: string, path?: string, message: string } }} state
 * @param {(answer: any, request: any) => unknown} draw
 */
export function shown(state, draw) {
  const { phase, answer, request, failure } = state;
  if (failure?.code === 'no-log') return html`<div class="card empty no-log"><p><b>${t.results.noLog}</b></p><p>${t.results.noLogHint}</p></div>`;
  return html`
    ${phase === 'failed' ? failed(failure) : nothing}
    ${phase === 'cancelled' ? html`<p class="card empty">${t.results.cancelled} <button type="button" class="quiet" @click=${askAgain}>${t.results.again}</button></p>` : nothing}
    <div class="study ${phase === 'done' ? '' : 'earlier'}" aria-busy=${phase === 'busy' ? 'true' : 'false'}>${answer ? draw(answer, request) : phase === 'busy' ? html`<p class="hint waiting">${t.results.computing}…</p>` : nothing}</div>
  `;
}

/** @param {{ code?: string, path?: string, message: string }} failure */
function failed({ code, path, message }) {
  const details = JSON.stringify({ code, path, message });
  return html`
    <div class="notice wrong" role="alert">
      ${icons.warning}
      <div>
        <h2>${t.results.failed}</h2>
        <p class="soft" lang="en">${message}</p>
        <div class="row">
          <button type="button" class="quiet" @click=${askAgain}>${t.results.again}</button>
          <button type="button" class="quiet" @click=${() => navigator.clipboard?.writeText(details)}>${t.shell.copyDetails}</button>
        </div>
      </div>
    </div>
  `;
}

/** Shown without messages: the data that must be logged. */
export const noSends = () => html`
  <section class="card part no-sends" aria-labelledby="no-sends-head">
    <h2 id="no-sends-head">${t.results.noSends}</h2>
    <p class="hint">${t.results.mustLog}</p>
    <ol class="needs">${t.results.needs.map((need) => html`<li>${need}</li>`)}</ol>
    <div class="row"><a class="button main" href=${href('handover')}>${t.results.toConfirm}</a><a class="button" href=${href(['data', 'import'])}>${t.imports.title}</a></div>
  </section>
`;
