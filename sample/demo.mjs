/**
 * @file `make demo`: the next item of every group and a few users of the invented tea shop, with reasons. Needs only Node >= 20.19.
 *
 *   node sample/demo.mjs [--lang zh|en]
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

import { Reading, readConfig } from '../pkg/cli/load.js';
import { UsageError, parse } from '../pkg/cli/options.js';
import { langOf, outputOptions, write } from '../pkg/cli/subject.js';
import { bar, cut, figure, fit, table, widthOf } from '../pkg/cli/table.js';
import { createRecommender } from '../pkg/node.js';
import { kindInWords, mergeReasons, reasonInWords, refusalInWords, silenceInWords, timeInWords, valueInWords } from '../pkg/words.js';
import * as words from './demo/words.mjs';

/** Rules that the sample's configuration does not set, so that the demo shows refusals. */
const RULES = {
  cadence: [{ per: 'group', count: 1, every: 'day' }],
  quietHours: [{ from: '20:00', to: '08:30', group: 'g-hangzhou' }],
};
/** A user looking for presents, a user watching videos on aged tea, and an unknown user. */
const USERS = ['u0112', 'u0058', 'u-new'];
const REASONS = 3;
const WIDTH = Math.max(72, Math.min(process.stdout.columns || 96, 110));
const BAR = 10;
const SCORE = 6;

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const coloured = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
const paint = (style, text) => (coloured ? styleText(style, text) : text);
const seconds = (from) => ((performance.now() - from) / 1000).toFixed(1);

/** Loads the sample like the command line. */
async function load() {
  const recommender = await createRecommender({ config: { ...(await readConfig(file('config.json'))), ...RULES } });
  const reading = new Reading();
  reading.under(recommender.effectiveConfig());
  await reading.put(recommender, file('channels.json'), 'channels');
  await reading.put(recommender, file('users.csv'), 'users');
  await reading.put(recommender, file('groups.jsonl'), 'groups');
  await reading.put(recommender, file('items.jsonl'), 'items');
  await reading.observe(recommender, file('interactions.csv.gz'));
  return recommender;
}

/** Formats decisions as lines. */
class Printer {
  constructor(lang, recommender) {
    this.lang = lang;
    this.t = words[lang];
    this.items = new Map(recommender.items().map((item) => [item.id, item]));
    this.people = new Map(recommender.users().map(({ id, data }) => [id, data?.nickname ?? id]));
    this.offset = recommender.config()?.utcOffsetMinutes;
    this.formats = Math.max(...[...this.items.values()].map(({ format }) => widthOf(this.format(format))));
  }

  title = (id) => this.items.get(id)?.title ?? id;
  format = (format) => (format ? valueInWords('format', format, this.lang) : '');

  section(head) {
    return ['', paint('bold', `── ${head} ${'─'.repeat(Math.max(0, WIDTH - widthOf(head) - 4))}`)];
  }

  /** Formats the decision for a subject: purpose, next item with reasons, and the item after it. */
  subject(name, about, decision) {
    const { t } = this;
    const lines = ['', `${paint(['bold', 'cyan'], name)}  ${paint('dim', about.filter(Boolean).join(' · '))}`];
    if (decision.silent) return [...lines, `  ${paint('yellow', `○ ${t.silent(this.silence(decision.silent))}`)}`];
    const [first, second] = decision.picks;
    if (!first) return [...lines, `  ${paint('yellow', `○ ${t.empty}`)}`];
    if (decision.coldStart) lines.push(`  ${paint('dim', t.coldStart)}`);
    lines.push(this.pick(first, first.score, { mark: '▸', style: 'bold' }), ...this.reasons(first, decision));
    if (second) lines.push(paint('dim', this.pick(second, first.score, { mark: t.then })));
    return lines;
  }

  silence({ rule, until }) {
    return silenceInWords(rule, this.lang, until, this.offset);
  }

  /** Formats a line of the slate: title, format, strength relative to the strongest, score. */
  pick({ item, score }, best, { mark, style }) {
    const lead = ' '.repeat(widthOf(this.t.then) - widthOf(mark)) + mark;
    const room = WIDTH - widthOf(lead) - this.formats - BAR - SCORE - 9;
    const title = fit(this.title(item), room);
    const strength = bar(best > 0 ? score / best : 0, BAR);
    const format = fit(this.format(this.items.get(item)?.format), this.formats);
    return `  ${lead} ${style ? paint(style, title) : title}  ${format}  ${style ? paint('green', strength) : strength}  ${number(score).padStart(SCORE)}`;
  }

  /** Formats the largest reasons with their shares of the score. */
  reasons({ item, score, reasons }, { at, subject }) {
    const { publishedAt } = this.items.get(item) ?? {};
    const wording = {
      lang: this.lang,
      titleOf: (id) => cut(this.title(id), 40),
      nameOf: (id) => this.people.get(id),
      group: subject.user === undefined,
      age: publishedAt === undefined ? undefined : at - publishedAt,
    };
    const indent = ' '.repeat(widthOf(this.t.then) + 3);
    return mergeReasons(reasons)
      .filter(({ code }) => code !== 'base')
      .slice(0, REASONS)
      .map((reason) => {
        const share = `${reason.amount < 0 ? '−' : '+'}${Math.round(Math.abs(reason.amount / score) * 100)}%`.padStart(5);
        return `${indent}${paint(reason.amount < 0 ? 'red' : 'green', share)}  ${cut(reasonInWords(reason, wording), WIDTH - indent.length - 7)}`;
      });
  }

  /** Counts the items that each rule refused, with one example. */
  refused(refused) {
    const rules = new Map();
    for (const { item, rule } of refused) rules.set(rule, [...(rules.get(rule) ?? []), item]);
    const rows = [...rules].sort(([, a], [, b]) => b.length - a.length);
    return table(
      rows.map(([rule, items]) => [items.length, refusalInWords(rule, this.lang), this.t.example(cut(this.title(items[0]), 40))]),
      { indent: '  ' },
    ).split('\n');
  }
}

/** Formats a score with three significant digits: 67.2, 2.43, 0.114. */
const number = (score) => (Math.abs(score) < 100 ? score.toPrecision(3) : figure(Math.round(score), 0));

/** Returns the kinds with the largest weights of an objective. */
function aims(objective, lang) {
  const hoped = Object.entries(objective).filter(([, weight]) => weight > 0).sort(([, a], [, b]) => b - a);
  return hoped.slice(0, 2).map(([kind]) => kindInWords(kind, lang));
}

async function demo(lang) {
  const { now, counts } = JSON.parse(readFileSync(file('sample.json'), 'utf8'));
  const begun = performance.now();
  const recommender = await load();
  const loaded = seconds(begun);
  const asked = performance.now();

  const printer = new Printer(lang, recommender);
  const { t } = printer;
  const ask = (subject, options) => recommender.recommend({ ...subject, now, count: 2 }, options);
  const forGroups = recommender.groups().map((group) => ({ group, decision: ask({ group: group.id }, { explain: true }) }));
  forGroups.sort((a, b) => Boolean(a.decision.silent) - Boolean(b.decision.silent));
  const forUsers = USERS.map((user) => ({ user, decision: ask({ user }) }));

  const nameOf = ({ id, attributes }) => attributes?.name ?? id;
  const figures = { items: counts.items, users: counts.users, interactions: figure(counts.interactions, 0) };
  const lines = [
    paint('bold', t.head({ groups: forGroups.length, users: USERS.length, now: timeInWords(now, printer.offset) })),
    paint('yellow', t.invented),
    t.loaded({ ...figures, seconds: loaded }),
    ...[...t.rules, ...t.legend].map((line) => paint('dim', line)),
  ];

  lines.push(...printer.section(t.groups));
  for (const { group, decision } of forGroups) {
    const purpose = group.purpose && valueInWords('purpose', group.purpose, lang);
    const about = [purpose, t.members(group.members?.length ?? 0), t.aims(aims(decision.objective, lang))];
    lines.push(...printer.subject(nameOf(group), about, decision));
  }

  lines.push(...printer.section(t.users));
  for (const { user, decision } of forUsers) {
    const known = recommender.user(user);
    const about = known ? [user, known.attributes?.city, known.attributes?.level] : [t.newcomer];
    lines.push(...printer.subject(known ? printer.people.get(user) : user, about, decision));
  }

  // The group with refusals by the most rules.
  // A silenced decision has no refusals: eligibility of items is not computed.
  const rulesOf = ({ decision: { refused = [] } }) => new Set(refused.map(({ rule }) => rule)).size;
  const most = forGroups.reduce((best, one) => (rulesOf(one) > rulesOf(best) ? one : best));
  const { refused = [] } = most.decision;
  lines.push(...printer.section(t.whyNot({ name: nameOf(most.group), refused: refused.length, total: counts.items })), ...printer.refused(refused));

  const { group, decision: sent } = forGroups.find(({ decision }) => decision.picks.length);
  const name = nameOf(group);
  recommender.accept(sent);
  const again = ask(sent.subject);
  lines.push(...printer.section(t.sent({ name, title: cut(printer.title(sent.picks[0].item), 40) })));
  lines.push(`  ${again.silent ? paint('yellow', `○ ${t.silent(printer.silence(again.silent))}`) : t.sentAgain({ name, title: printer.title(again.picks[0]?.item) })}`);

  lines.push('', t.decided({ count: forGroups.length + forUsers.length + 1, seconds: seconds(asked) }));
  lines.push(`${paint('bold', t.next)}  node pkg/cli.js pick --help  ${paint('dim', t.pick)}`);
  lines.push(`${' '.repeat(widthOf(t.next))}  make admin                   ${paint('dim', t.admin)}`);
  await write(`${lines.join('\n')}\n`);
}

// `make demo | head` ends without an error message.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  const options = parse({ options: { lang: outputOptions.lang } }, process.argv.slice(2));
  await demo(langOf(options));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`demo: ${error.message}\nUsage: node sample/demo.mjs [--lang zh|en]\n`);
  process.exitCode = 2;
}
