/** @file `nextpick pick`: one decision, as a table or as JSON. */

import { kindInWords, mergeReasons, reasonInWords, refusalInWords, silenceInWords, timeInWords } from '../words.js';
import { reportUnknown } from './known.js';
import { loadWorld, nowOf, worldOptions } from './load.js';
import { UsageError } from './options.js';
import { langOf, outputOptions, printJson, show, subjectOf, subjectOptions } from './subject.js';
import { bar, cut, figure, printable, table } from './table.js';

/** Share of the largest reason below which reasons are omitted. */
const WORTH_SAYING = 0.02;
/** Maximum number of refused items listed under `--explain`. */
const REFUSED_SHOWN = 20;

/** @type {import('./options.js').Command} */
export const pick = {
  name: 'pick',
  summary: 'Picks the next items for one user or group, with reasons',
  about: 'With both --user and --group: a private message to a member of that group.',
  options: {
    ...worldOptions,
    ...subjectOptions,
    count: { type: 'whole', short: 'n', value: 'N', least: 1, most: 1000, otherwise: 5, about: 'how many' },
    channel: { type: 'text', value: 'ID', about: 'through this channel; default: the group’s' },
    objective: { type: 'names-or-pairs', value: 'NAME|KIND=WEIGHT,…', about: 'objective to maximise; default: that of the group’s purpose' },
    policy: { type: 'text', value: 'POLICY', about: 'greedy, epsilon-greedy:0.1, softmax:0.5 or thompson:1000' },
    context: { type: 'pairs', value: 'KEY=VALUE,…', about: 'circumstances of the request' },
    only: { type: 'names', value: 'ID,…', about: 'only these items; as JSON ["a,b","c"] where ids hold commas' },
    exclude: { type: 'names', value: 'ID,…', about: 'not these items, likewise' },
    seed: { type: 'whole', value: 'N', least: 0, most: 4294967295, about: 'for policies that draw' },
    reasons: { type: 'whole', value: 'N', least: 0, otherwise: 3, about: 'reasons shown for each pick' },
    explain: { type: 'flag', about: 'name the rule that refused each other item' },
    ...outputOptions,
  },
  examples: [
    ['nextpick pick --items items.jsonl --groups groups.jsonl --events log.csv.gz --group g1', 'the next item for group g1, with reasons'],
    ['nextpick pick --snapshot state.bin --user u1 --count 3 --now 2026-03-31T12:00Z --json', 'the decision for a user as JSON'],
  ],

  async run(options) {
    const subject = subjectOf(options, { both: true });
    const policy = policyOf(options.policy);
    const { recommender, last, reading } = await loadWorld(options);
    reportUnknown(reading.report, recommender, options);
    const { channel, objective, context, only, exclude, seed, count } = options;
    const request = /** @type {import('../index.js').RecommendRequest} */ ({ ...subject, now: nowOf(options, last), count, channel, objective, policy, context, only, exclude, seed });
    const decision = recommender.recommend(request, { explain: options.explain });
    if (options.json) return printJson(decision);
    return show(`${shown(decision, recommender, { ...options, lang: langOf(options) })}\n`);
  },
};

/**
 * Parses `softmax:0.5` to a policy.
 * @param {string | undefined} text
 */
function policyOf(text) {
  if (text === undefined) return undefined;
  const [type, value, more] = text.split(':');
  /** @type {Record<string, string | undefined>} */
  const parameter = { greedy: undefined, 'epsilon-greedy': 'epsilon', softmax: 'temperature', thompson: 'draws' };
  const number = Number(value);
  const right = Object.hasOwn(parameter, type) && more === undefined;
  if (!right || (parameter[type] ? !value || !Number.isFinite(number) : value !== undefined)) {
    throw new UsageError(`--policy: expected greedy, epsilon-greedy:0.1, softmax:0.5 or thompson:1000, got "${text}"`);
  }
  return parameter[type] ? { type, [parameter[type]]: number } : { type };
}

/**
 * Formats a decision for people.
 * @param {import('../index.js').Decision} decision
 * @param {import('../node.js').Recommender} recommender
 * @param {import('./options.js').Values} options
 */
function shown(decision, recommender, { lang, reasons, explain }) {
  const zh = lang === 'zh';
  const offset = recommender.effectiveConfig().utcOffsetMinutes;
  /** @param {string} id */
  const titleOf = (id) => recommender.item(id)?.title;
  const { user, group } = decision.subject;
  const recipient = [user !== undefined && `${zh ? '用户' : 'user'} ${user}`, group !== undefined && `${zh ? '群' : 'group'} ${group}`].filter(Boolean).join(', ');
  /** @type {(string | undefined)[]} */
  const lines = [`${printable(recipient)} · ${timeInWords(decision.at, offset)} · ${decision.id}`];
  if (decision.personalised === false) lines.push(zh ? 'TA 关闭了个性化：只看大家的喜好，不用 TA 的任何信息。' : 'Personalisation is off for this user: the decision uses what everyone likes, and no data of theirs.');
  else if (decision.coldStart) lines.push(zh ? '还不认识 TA，先按大家的喜好来。' : 'Nothing is known about them yet; the decision uses what everyone likes.');
  if (decision.silent) lines.push(`${zh ? '现在不发：' : 'Nothing now: '}${silenceInWords(decision.silent.rule, lang, decision.silent.until, offset)}`);
  else if (!decision.picks.length) lines.push(zh ? '没有可以推的内容。' : 'No item may be shown.');
  for (const made of decision.picks) {
    const item = recommender.item(made.item);
    const title = cut(item?.title ?? '', 60);
    const age = item?.publishedAt === undefined ? undefined : decision.at - item.publishedAt;
    const chance = made.propensity === 1 ? '' : `  p ${figure(made.propensity)}`;
    lines.push('', `${made.rank}. ${title}${title && '  '}[${printable(made.item)}]  ${figure(made.score, 4)}${chance}`, chancesOf(made, lang));
    lines.push(...reasonsOf(made, reasons, { lang, titleOf, age, group: user === undefined }));
  }
  if (explain && decision.refused) lines.push('', refusedOf(decision.refused, { lang, titleOf, offset }));
  return lines.filter((line) => line !== undefined).join('\n');
}

/**
 * @param {import('../index.js').Recommendation} pick
 * @param {'zh' | 'en'} lang
 */
function chancesOf({ chances, relative }, lang) {
  const rows = Object.entries(chances ?? {}).sort((a, b) => b[1] - a[1]).slice(0, 4);
  if (!rows.length) return undefined;
  const drawn = rows.map(([kind, chance]) => `${printable(kindInWords(kind, lang))} ${bar(chance, 8)} ${(chance * 100).toFixed(1)}%`).join('   ');
  const note = relative ? (lang === 'zh' ? '（相对值）' : '(relative)') : '';
  return `   ${drawn}   ${note}`.trimEnd();
}

/**
 * @param {import('../index.js').Recommendation} pick
 * @param {number} most
 * @param {import('../words.js').ReasonWording} wording
 */
function reasonsOf({ reasons = [] }, most, wording) {
  const merged = mergeReasons(reasons).filter(({ code }) => code !== 'base');
  const least = Math.max(0, ...merged.map(({ amount }) => Math.abs(amount))) * WORTH_SAYING;
  return merged
    .filter(({ amount, code }) => code === 'pinned' || (amount !== 0 && Math.abs(amount) >= least))
    .slice(0, most)
    .map((reason) => `   ${reason.amount < 0 ? '−' : '+'}${figure(Math.abs(reason.amount), 4)}  ${cut(reasonInWords(reason, wording), 100)}`);
}

/**
 * @param {import('../index.js').Refusal[]} refused
 * @param {{ lang: 'zh' | 'en', titleOf: (id: string) => string | undefined, offset: number }} wording
 */
function refusedOf(refused, { lang, titleOf, offset }) {
  const counts = new Map();
  for (const { rule } of refused) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const rules = [...counts].sort((a, b) => b[1] - a[1]).map(([rule, count]) => [count, refusalInWords(rule, lang)]);
  const list = refused.slice(0, REFUSED_SHOWN).map(({ item, rule, until }) => [item, cut(titleOf(item) ?? '', 40), refusalInWords(rule, lang, until, offset)]);
  const more = refused.length - list.length;
  const head = lang === 'zh' ? `不能推的 ${refused.length} 条：` : `${refused.length} items may not be shown:`;
  const rest = more > 0 ? [lang === 'zh' ? `  还有 ${more} 条（--json 看全部）` : `  and ${more} more (all with --json)`] : [];
  return [head, table(rules, { indent: '  ' }), '', table(list, { indent: '  ' }), ...rest].join('\n');
}
