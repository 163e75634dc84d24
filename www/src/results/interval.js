/** @file Interval as a small picture: zero line, bar from end to end, and a dot at the estimate. A table next to it has the figures. */

import { nothing, svg, html } from 'lit';

/**
 * Returns the scale of several pictures, so that one fits below the other: from the lowest to the highest end, zero included.
 * @param {(number | undefined)[]} values
 */
export function scaleOf(values) {
  const known = values.filter((value) => Number.isFinite(value));
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const length = high - low || 1;
  /** Leaves room for half a dot at either end. */
  return (value) => 3 + (94 * (value - low)) / length;
}

/**
 * Draws an estimate with its interval; nothing without an interval, because a dot alone looks certain.
 * @param {number | undefined} estimate @param {readonly [number, number] | undefined} interval @param {(value: number) => number} scale
 */
export function intervalPicture(estimate, interval, scale) {
  if (estimate === undefined || !interval) return nothing;
  const at = (value) => `${scale(value).toFixed(2)}%`;
  return html`<svg class="interval" aria-hidden="true" focusable="false">
    ${svg`<line class="interval-zero" x1=${at(0)} x2=${at(0)} y1="0" y2="100%" />
      <line class="interval-bar" x1=${at(interval[0])} x2=${at(interval[1])} y1="50%" y2="50%" />
      <circle class="interval-dot" cx=${at(estimate)} cy="50%" r="4" />`}
  </svg>`;
}
