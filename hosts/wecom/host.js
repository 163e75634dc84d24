/** @file The host: creates its parts and runs operations one after another. */

import { logLine } from 'nextpick-bot';

import { callbackHandler } from './callback.js';
import { CallbackCipher } from './cipher.js';
import { WecomClient } from './client.js';
import { checkedMillis, expect, expectOptions } from './errors.js';
import { Events } from './events.js';
import { HandOver } from './hand-over.js';
import { Ledger } from './ledger.js';
import { checkedLimits } from './limits.js';
import { Links } from './links.js';
import { renderItem } from './message.js';
import { senderOf } from './records.js';
import { Reservations } from './reservations.js';
import { Results } from './results.js';
import { staffMarkdown, staffView } from './staff.js';
import { Sync } from './sync.js';
import { Upkeep } from './upkeep.js';
import { Welcome } from './welcome.js';

const OPTIONS = [
  ...['recommender', 'client', 'channel', 'lang', 'callback', 'links', 'welcome', 'render', 'senderOf', 'limits'],
  ...['lapseMs', 'remindAfterMs', 'pollEveryMs', 'now', 'log'],
];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Maximum length of a task, in milliseconds: reservations, which outlast it, have a maximum of 31 days. */
const MAX_LAPSE = 22 * 24 * HOUR;

/**
 * Makes a host.
 * @param {import('./index.js').HostOptions} given
 * @returns {import('./index.js').WecomHost}
 * @throws TypeError that names the option, the rule and the value.
 */
export function createWecomHost(given) {
  const options = checkedOptions(given);
  const { recommender: rec, client, now, lang, log } = options;
  const ledger = new Ledger(rec);
  const reservations = new Reservations(rec);
  const links = options.links && new Links({ rec, client, ledger, options });
  const sync = new Sync({ rec, client, options });
  const welcome = options.welcome && new Welcome({ rec, client, links, options });
  const events = new Events({ rec, sync, welcome, options });
  const results = new Results({ rec, client, ledger, reservations, options });
  const handOver = new HandOver({ rec, client, ledger, reservations, links, options });
  const upkeep = new Upkeep({ client, ledger, results, options });
  const cipher = options.callback && new CallbackCipher({ ...options.callback, corpId: client.corpId });
  const inTurn = turns();

  return {
    sync: ({ full = false } = {}) => sync.run({ full, now: now() }),
    handOver: (decisions, { until, now: at = now() } = {}) => {
      expect(typeof decisions?.[Symbol.iterator] === 'function', 'decisions', 'a list of decisions', decisions);
      const isInRange = until === undefined || (Number.isSafeInteger(until) && until > at && until <= at + MAX_LAPSE);
      expect(isInRange, 'until', 'a time in milliseconds after now, by at most 22 days', until);
      return inTurn(() => handOver.run(decisions, { now: at, until: until ?? at + options.lapseMs }));
    },
    poll: (at = now()) => inTurn(() => upkeep.poll(at)),
    tick: (at = now()) => inTurn(() => upkeep.tick(at)),
    callback: cipher ? callbackHandler({ cipher, handle: (event) => events.handle(event), log }) : missing('callback'),
    links: links ? links.handle : missing('links'),
    opened: links ? (visit) => links.opened(visit) : missing('links'),
    staffView: (at = now()) => staffView({ rec, ledger }, at),
    staffMarkdown: (at = now()) => staffMarkdown(staffView({ rec, ledger }, at), { lang, utcOffsetMinutes: rec.effectiveConfig().utcOffsetMinutes }),
  };
}

function checkedOptions(given) {
  expectOptions(given, OPTIONS);
  const { recommender, client, channel = 'wecom', lang = 'zh', now = Date.now, log = (entry) => console.info(`nextpick ${logLine(entry)}`) } = given;
  const { lapseMs = 24 * HOUR, remindAfterMs = 2 * HOUR, pollEveryMs = 10 * MINUTE, render = renderItem } = given;
  expect(typeof recommender?.recommend === 'function', 'recommender', 'a recommender', recommender);
  expect(client instanceof WecomClient, 'client', 'a WecomClient', client);
  expect(typeof channel === 'string' && channel, 'channel', 'the id of a channel', channel);
  for (const [name, value] of Object.entries({ now, log, render })) expect(typeof value === 'function', name, 'a function', value);
  if (given.callback !== undefined) expectOptions(given.callback, ['token', 'encodingAesKey'], 'callback');
  if (given.welcome !== undefined) expectOptions(given.welcome, ['text', 'request'], 'welcome');
  return {
    ...given,
    ...{ recommender, client, channel, lang, now, log, render, senderOf: given.senderOf ?? senderOf, limits: checkedLimits(given.limits) },
    lapseMs: checkedMillis(lapseMs, 'lapseMs', MINUTE, MAX_LAPSE),
    remindAfterMs: checkedMillis(remindAfterMs, 'remindAfterMs', MINUTE),
    pollEveryMs: checkedMillis(pollEveryMs, 'pollEveryMs'),
  };
}

const missing = (name) => async () => {
  throw new TypeError(`${name}: the host was made without this option`);
};

/** Runs operations on tasks one after another: two at once would read and write the same task. */
function turns() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  const inTurn = (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  return inTurn;
}
