/**
 * Codes as words, in Chinese and English. The module returns codes and numbers; a host may use these words or its own.
 */

import type { RankingReport, Reason, StepRef } from './index.js';
import type { Attribution, ExperimentReport, OffPolicyReport } from './study/index.js';

/** Options for the wording of a reason. */
export interface ReasonWording {
  /** BCP 47 tag: any Chinese tag (`zh`, `zh-CN`, …) gives Chinese, all others English. Default English. */
  lang?: string;
  /** Returns the title of an item by its id; if it returns nothing, the id is shown. */
  titleOf?: (item: string) => string | undefined;
  /** Returns the name of a user by id, for reasons derived from one member. */
  nameOf?: (user: string) => string | undefined;
  /** True if the decision was for a group ("the group likes …" instead of "they like …"). Default false. */
  group?: boolean;
  /** Age of the item at the decision in milliseconds: `decision.at - item.publishedAt`. Freshness then names it. */
  age?: number;
}

/** Several reasons merged into one. */
export interface MergedReason extends Reason {
  /** Number of reasons merged; absent for one. */
  rows?: number;
  /** Number of different items they derive from; absent for one or none. */
  items?: number;
  /** Number of members they derive from, if each has a reason. */
  members?: number;
}

/**
 * Merges reasons with the same meaning and adds their amounts; a pin first, then by absolute amount. The sum of the
 * amounts does not change.
 *
 * These are merged: demand over all periods (the group's own apart), freshness over all periods, short-term and
 * long-term liking of one facet, all similar items, all words, all members' points. Features and names are those of the
 * reason with the largest amount.
 * @example
 * const [pick] = decision.picks;
 * console.log(mergeReasons(pick?.reasons ?? []).map((reason) => reasonInWords(reason, { lang: 'zh' })));
 */
export function mergeReasons(reasons: readonly Reason[]): MergedReason[];

/**
 * Returns a reason as a short sentence; negative amounts have their own sentences. Unknown codes are shown as they are.
 * @example
 * for (const reason of decision.picks[0]?.reasons ?? []) console.log(reasonInWords(reason, { lang: 'en', titleOf: (id) => rec.item(id)?.title }));
 */
export function reasonInWords(reason: Reason | MergedReason, wording?: ReasonWording): string;

/**
 * Returns the text for the exclusion of an item.
 * @example
 * for (const { item, rule, until } of decision.refused ?? []) console.log(item, refusalInWords(rule, 'en', until));
 * @param rule Rule of the refusal: `seen`, `cap.user`, …
 * @param lang See {@link ReasonWording.lang}.
 * @param until End of the refusal in milliseconds, if any.
 * @param utcOffsetMinutes Offset of the operator's clock, −840 to 840, as in `effectiveConfig()`. Default: 480
 *   (Beijing).
 */
export function refusalInWords(rule: string, lang?: string, until?: number, utcOffsetMinutes?: number): string;

/**
 * Returns the text for a silence. Parameters as in {@link refusalInWords}.
 * @example
 * if (decision.silent) console.log(silenceInWords(decision.silent.rule, 'zh', decision.silent.until));
 */
export function silenceInWords(rule: string, lang?: string, until?: number, utcOffsetMinutes?: number): string;

/**
 * Returns the text for a code of `journeyStatus`: the state of a step (`missed`), the reason of an exit (`reentered`), or
 * the rule of a step (`no-candidates`, `step.conditions`, `quiet-hours`). `lang` as in {@link ReasonWording}.
 * @example
 * journeyInWords('missed', 'zh');
 */
export function journeyInWords(code: string, lang?: string): string;

/** Offset of the operator's clock in the default configuration, minutes east of UTC: Beijing's. */
export const DEFAULT_OFFSET_MINUTES: number;

/**
 * Returns the text for the step that a decision is for. Offset as in {@link refusalInWords}.
 * @example
 * stepInWords({ journey: 'welcome', step: 'day-1', enteredAt: 0 }, 'en');
 */
export function stepInWords(step: StepRef, lang?: string, utcOffsetMinutes?: number): string;

/**
 * Returns the text for a recipient's variant of an experiment: one entry of `Decision.variants`.
 * @example
 * variantInWords('paths', 'card', 'en');
 */
export function variantInWords(experiment: string, variant: string, lang?: string): string;

/**
 * Returns the text for a quota that a decision could not meet: one entry of `Decision.unmetQuotas`.
 * @example
 * unmetQuotaInWords('hit', 'zh');
 */
export function unmetQuotaInWords(name: string, lang?: string): string;

/**
 * Returns the text for a stage of a planned message: `approved`, `missed`, …
 * @example
 * planStateInWords('approved', 'zh');
 */
export function planStateInWords(state: string, lang?: string): string;

/**
 * Returns the text for a reason to look at a planned message: `no-candidates`, `close-call`, …
 * @example
 * planFlagInWords('close-call', 'en');
 */
export function planFlagInWords(flag: string, lang?: string): string;

/**
 * Returns a time on the operator's clock: `2026-03-31 20:00`. Offset as in {@link refusalInWords}.
 * @example
 * timeInWords(Date.UTC(2026, 2, 31, 12)); // 2026-03-31 20:00
 */
export function timeInWords(at: number, utcOffsetMinutes?: number): string;

/**
 * Returns a facet in words: `tag:护肤` gives 标签「护肤」, or tag “护肤”.
 * @example
 * facetInWords('tag:护肤', 'zh'); // 标签「护肤」
 */
export function facetInWords(facet: string, lang?: string): string;

/**
 * Returns the word for a field's value: `('format', 'video')` gives 视频, or video. Fields: format, lang, occasion, play,
 * purpose, role, stage, tier.
 * @example
 * valueInWords('format', 'video', 'zh'); // 视频
 */
export function valueInWords(field: string, value: string, lang?: string): string;

/**
 * Returns the heading of a feature or a family: `trend.6h` gives 最近 6 小时的热度, `trend` gives 近期热度.
 * @example
 * featureInWords('trend.6h', 'zh'); // 最近 6 小时的热度
 */
export function featureInWords(feature: string, lang?: string): string;

/**
 * Returns the word for a kind of interaction: `save` gives 收藏, or save; the host's own kinds keep their names.
 * @example
 * kindInWords('save', 'zh'); // 收藏
 */
export function kindInWords(kind: string, lang?: string): string;

/**
 * Returns the error of a value of a file, a record or settings as a sentence without its position: “expected a number, got "x"”, or 应为一个数，实际是"x".
 * The place is in the error's `file`, `row` and `field`, or in its `path`. An expectation without Chinese words is shown in English.
 * @example
 * await readJsonFile(file, { name: 'config.json' }).catch((error) => console.log(problemInWords(error, 'zh')));
 * @param error A `FileError` of `nextpick/files` or a `NextpickError`.
 * @param lang See {@link ReasonWording.lang}.
 */
export function problemInWords(error: { code: string; rule: string; value: string; problem?: string; message: string }, lang?: string): string;

/** All codes that have words. */
export const codes: { reasons: string[]; refusals: string[]; silences: string[]; journeys: string[] };

/**
 * Returns the report of an experiment as sentences: one for each variant, then the reasons of the verdict.
 * @example
 * console.log(experimentInWords(await analyzeExperiment({ log: durable.history() }, { experiment, to: Date.now() }), { lang: 'zh' }));
 * @param options.experiment The experiment, for the difference that matters. Default: one of 10 %.
 * @param options.lang See {@link ReasonWording.lang}.
 */
export function experimentInWords(
  report: ExperimentReport,
  options?: { experiment?: { goal?: { minimumEffect?: number } }; lang?: string },
): string;

/**
 * Returns the completeness of the link from responses to messages as a sentence.
 * @example
 * const { attribution } = await funnel({ log: durable.history() }, { from: 0, to: Date.now() });
 * console.log(attributionInWords(attribution, 'zh'));
 */
export function attributionInWords(attribution: Attribution, lang?: string): string;

/**
 * Returns a sentence for a replay in which more than half of the predicted interactions answer a showing: it mostly
 * measures the operator's choice of items. Returns nothing for any other report.
 * @example
 * const report = await evaluateReplay({ items, events: interactions, from: Date.UTC(2026, 2, 1) });
 * console.log(replayInWords(report, 'zh') ?? '');
 * @param lang See {@link ReasonWording.lang}.
 */
export function replayInWords(report: RankingReport, lang?: string): string | undefined;

/**
 * Returns the report of an off-policy evaluation as sentences: the answer with its interval, or the refusal with its
 * reason and, where more exploration would answer, with advice. Percentages are rounded to the first digit of the
 * half-width, and no coarser than to one.
 * @param options.lang See {@link ReasonWording.lang}.
 * @param options.titleOf See {@link ReasonWording.titleOf}.
 * @param options.outcome Outcome of the evaluation. Default `click`.
 * @param options.level Confidence level of the evaluation. Default 0.95.
 * @example
 * ```js
 * import { openRecommender } from 'nextpick/node'
 * import { evaluateOffPolicy } from 'nextpick/study'
 * import { offPolicyInWords } from 'nextpick/words'
 *
 * const rec = await openRecommender('./state')
 * const target = { objective: { convert: 10, click: 1 } }
 * const report = await evaluateOffPolicy({ log: () => rec.history(), from: Date.UTC(2026, 2, 1), outcome: 'convert', target })
 * console.log(offPolicyInWords(report, { lang: 'zh', outcome: 'convert', titleOf: (id) => rec.item(id)?.title }))
 * ```
 */
export function offPolicyInWords(
  report: OffPolicyReport,
  options?: { lang?: string; titleOf?: (item: string) => string | undefined; outcome?: string | Readonly<Record<string, number>>; level?: number },
): string;
