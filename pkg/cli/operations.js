/**
 * @file `nextpick operations check`: finds probable mistakes in valid operations, such as quotas that contradict each
 * other.
 */

import { createRecommender } from '../node.js';
import { loadWorld, nowOf, readConfig, worldOptions } from './load.js';
import { journeyChecks } from './checks/journeys.js';
import { quotaChecks } from './checks/quotas.js';
import { ruleChecks } from './checks/rules.js';
import { tierChecks } from './checks/tiers.js';
import { langOf, outputOptions, printJson, show } from './subject.js';
import { printable } from './table.js';

/**
 * A mistake in operations: its path in the operations or in the library, a code, and a sentence in Chinese and English.
 *
 * @typedef {{ path: string, code: string, zh: string, en: string }} Finding
 */

/**
 * Input of every check: the operations, the names of their tiers, the records, the moment, and the ids of the items that
 * a filter matches.
 *
 * @typedef {object} CheckInput
 * @property {import('../index.js').Operations} operations
 * @property {string[]} tiers
 * @property {import('../index.js').Item[]} items
 * @property {import('../index.js').Group[]} groups
 * @property {import('../index.js').EffectiveConfig} config
 * @property {number} now
 * @property {(filter: import('../index.js').ItemFilter) => string[]} matching
 */

/** All checks, in the order of their findings. @type {((input: CheckInput) => Finding[] | Promise<Finding[]>)[]} */
const CHECKS = [tierChecks, ruleChecks, quotaChecks, journeyChecks];

const { operations: own, ...world } = worldOptions;

/** @type {import('./options.js').Command} */
export const operationsCheck = {
  name: 'operations check',
  summary: 'Finds mistakes in operations before they are set',
  about: 'Refuses operations that are invalid, and lists settings that are valid but probably unintended: rules without items, quotas that\ncontradict each other, tiers that no level has; steps of journeys without items, out of order, or that recur without repeats.',
  operand: { name: 'file', about: 'the operations (JSON)', required: true },
  options: { ...world, ...outputOptions },
  examples: [['nextpick operations check operations.json --items items.jsonl --groups groups.jsonl --config config.json', 'against the library and the groups']],

  async run(options) {
    const operations = /** @type {import('../index.js').Operations} */ (await readConfig(options.file));
    const { recommender, last } = await loadWorld({ ...options, operations: options.file });
    const [items, now] = [recommender.items(), nowOf(options, last)];
    const tiers = recommender.tierReport({ now }).tiers.map(({ name }) => name);
    const input = { operations, tiers, items, groups: recommender.groups(), config: recommender.effectiveConfig(), now, matching: await matcher(items) };
    const findings = [];
    for (const check of CHECKS) findings.push(...(await check(input)));
    if (options.json) await printJson(findings);
    else await show(`${shown(findings, langOf(options))}\n`);
    if (findings.length) process.exitCode = 1;
  },
};

/**
 * Returns a function that lists the ids of the items that a filter matches, without other restrictions.
 * @param {import('../index.js').Item[]} items
 * @returns {Promise<CheckInput['matching']>}
 */
async function matcher(items) {
  const plain = items.map(({ audience, caps, hidden, pinned, publishedAt, startsAt, expiresAt, data, ...item }) => item);
  const library = await createRecommender({ items: plain });
  return (filter) => {
    const { refused = [] } = library.recommend({ user: 'nobody', now: 0, only: filter }, { explain: true, reasons: false });
    const others = new Set(refused.map(({ item }) => item));
    return plain.map(({ id }) => id).filter((id) => !others.has(id));
  };
}

/**
 * @param {Finding[]} findings
 * @param {'zh' | 'en'} lang
 */
function shown(findings, lang) {
  if (!findings.length) return lang === 'zh' ? '没有发现问题。' : 'No mistakes were found.';
  return findings.map(({ path, ...words }) => printable(`${path}: ${words[lang]}`)).join('\n');
}
