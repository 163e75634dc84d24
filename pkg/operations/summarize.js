/** @file Groups the messages of a plan into lines that an operator can review. */

import { DEFAULT_OFFSET_MINUTES } from '../words.js';
import { subjectKey } from './subject.js';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Number of messages shown as examples of a line. */
const EXAMPLES = 3;

/**
 * Groups messages into lines of one day, source and item: flagged lines first, then by time.
 *
 * @param {Iterable<import('./index.js').PlannedMessage>} planned
 * @param {{ utcOffsetMinutes?: number }} [options] The operator's clock, as in the configuration.
 * @returns {import('./index.js').PlanLine[]}
 */
export function summarize(planned, { utcOffsetMinutes = DEFAULT_OFFSET_MINUTES } = {}) {
  /** @type {Map<string, import('./index.js').PlanLine>} */
  const lines = new Map();
  /** @type {Map<string, Set<string>>} */
  const subjects = new Map();
  for (const message of planned) {
    const source = sourceOf(message.source);
    const items = message.picks.map(({ item }) => item);
    const day = Math.floor((message.at + utcOffsetMinutes * MINUTE) / DAY);
    const id = lineId(day, source, items);
    const line = lines.get(id) ?? newLine(id, message.at, source, items);
    lines.set(id, line);
    line.at = Math.min(line.at, message.at);
    line.messages.push(message.id);
    line.states[message.state] = (line.states[message.state] ?? 0) + 1;
    if (line.examples.length < EXAMPLES) line.examples.push(message);
    for (const flag of message.flags ?? []) if (!line.flags.includes(flag)) line.flags.push(flag);
    const known = subjects.get(id) ?? new Set();
    subjects.set(id, known.add(subjectKey(message)));
    line.subjects = known.size;
  }
  /** @param {import('./index.js').PlanLine} line */
  const rank = ({ flags }) => (flags.some((flag) => flag === 'no-candidates' || flag === 'silent' || flag === 'changed') ? 0 : flags.length ? 1 : 2);
  return [...lines.values()].sort((a, b) => rank(a) - rank(b) || a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** @type {(id: string, at: number, source: Source, items: string[]) => import('./index.js').PlanLine} */
const newLine = (id, at, source, items) => ({ id, at, source, items, subjects: 0, messages: [], examples: [], states: {}, flags: [] });

/** @typedef {import('./index.js').PlanLine['source']} Source */

/** Returns the source without the entry of a step. @param {import('./index.js').PlannedMessage['source']} source @returns {Source} */
const sourceOf = (source) => ('slot' in source ? { slot: source.slot } : { journey: source.journey, step: source.step });

/** Returns a readable id: day, source and items. @param {number} day @param {Source} source @param {string[]} items */
function lineId(day, source, items) {
  const date = new Date(day * DAY).toISOString().slice(0, 10);
  return [date, 'slot' in source ? source.slot : `${source.journey}.${source.step}`, items.join('+') || '-'].join('/');
}
