/** @file Staff view: for each member of staff, the tasks they have to confirm. */

import { wordsIn } from './words.js';

const MINUTE = 60_000;
const DAY = 1440;
/** Names of groups listed per task. */
const MAX_NAMES = 5;

/**
 * Returns the open tasks by member of staff.
 * @param {{ rec: object, ledger: import('./ledger.js').Ledger }} parts
 * @param {number} now
 * @returns {import('./index.js').StaffView}
 */
export function staffView({ rec, ledger }, now) {
  const { day } = localTime(now, rec.effectiveConfig().utcOffsetMinutes);
  const bySender = new Map();
  for (const task of ledger.tasks()) bySender.set(task.sender, [...(bySender.get(task.sender) ?? []), describe(rec, task, now)]);
  const staff = [...bySender].map(([id, tasks]) => ({ id, tasks })).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { day, staff };
}

function describe(rec, task, now) {
  const { key, kind, item, msgid, since, until, reminded, recipients } = task;
  const groups = kind === 'group' ? [...recipients.keys()].map((id) => ({ id, name: rec.group(id)?.data?.wecom?.name || id })) : undefined;
  const title = rec.item(item)?.title ?? item;
  return {
    ...{ id: key, kind, item, title, state: stateOf(task, now), recipients: recipients.size, since, until, reminded: reminded.length },
    ...(groups && { groups }),
    ...(msgid && { msgid }),
  };
}

/** Returns the state of a task. */
function stateOf({ msgid, jobid, cancelledAt, until }, now) {
  if (!msgid && !jobid) return 'unknown';
  if (cancelledAt !== undefined) return 'cancelled';
  return now >= until ? 'lapsed' : 'waiting';
}

/**
 * Returns a view as Markdown for the robot of a staff group.
 * @param {import('./index.js').StaffView} view
 * @param {{ lang?: string, utcOffsetMinutes: number }} how
 */
export function staffMarkdown({ day, staff }, { lang = 'zh', utcOffsetMinutes }) {
  const words = wordsIn(lang);
  const count = staff.reduce((sum, { tasks }) => sum + tasks.length, 0);
  if (!count) return words.none(day);
  const lineOf = ({ kind, title, recipients, groups = [], until, reminded, state }) => {
    const end = localTime(until, utcOffsetMinutes);
    const names = groups.slice(0, MAX_NAMES).map(({ name }) => plain(name));
    const parts = [words.task[kind](plain(title), recipients), names.length ? words.groups([...names, ...(groups.length > MAX_NAMES ? ['…'] : [])]) : ''];
    return `> ${parts.join('')}${words.until(end.day, end.minutes)}${reminded ? words.reminded(reminded) : ''}${words.states[state]}`;
  };
  const blocks = staff.map(({ id, tasks }) => [words.staff(plain(id), tasks.length), ...tasks.map(lineOf)].join('\n'));
  return [words.heading(day, count), ...blocks].join('\n');
}

/** Returns the operator's day and the minutes since its midnight. */
function localTime(at, utcOffsetMinutes) {
  const minutes = Math.floor(at / MINUTE) + utcOffsetMinutes;
  return { day: new Date(minutes * MINUTE).toISOString().slice(0, 10), minutes: ((minutes % DAY) + DAY) % DAY };
}

/** Returns a text without the signs that Markdown interprets. */
const plain = (text) => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/[*_`<>[\]]/g, '');
