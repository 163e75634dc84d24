/** @file Rates over time as a line, with their intervals as a band. The table below has the figures. */

import { html, nothing, svg } from 'lit';
import { t } from '../words/index.js';

const [WIDTH, HEIGHT] = [100, 40];

/**
 * @param {{ label: string, rate: number, interval?: readonly [number, number] }[]} points In the order of time.
 * @param {(rate: number) => string} figure
 */
export function lineChart(points, figure) {
  if (points.length < 2) return nothing;
  const most = Math.max(...points.map(({ rate, interval }) => interval?.[1] ?? rate)) || 1;
  const x = (i) => (WIDTH * i) / (points.length - 1);
  const y = (rate) => HEIGHT - (HEIGHT * Math.max(0, rate)) / most;
  const at = (i, rate) => `${x(i).toFixed(2)},${y(rate).toFixed(2)}`;
  const ends = (bound) => points.map(({ rate, interval }, i) => at(i, interval?.[bound] ?? rate));
  return html`
    <div class="line-chart" aria-hidden="true">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" focusable="false">
        ${svg`<polygon class="line-band" points=${[...ends(1), ...ends(0).reverse()].join(' ')} />
          <polyline class="line" points=${points.map(({ rate }, i) => at(i, rate)).join(' ')} />`}
      </svg>
      <p class="hint chart-ends"><span>${points[0].label}</span><span>${t.results.highest(figure(most))}</span><span>${points.at(-1).label}</span></p>
    </div>
  `;
}
