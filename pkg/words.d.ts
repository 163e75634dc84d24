/** Codes in words, in Chinese and English. The module answers with codes and numbers; these words are ours, to be used or replaced. */

import type { Reason } from './index.js';

/** How a reason is put into words. */
export interface ReasonWording {
  /** A BCP 47 tag: anything Chinese (`zh`, `zh-CN`, …) gives Chinese, all else English. Default English. */
  lang?: string;
  /** The title of an item by its id; the id itself is shown where it gives nothing. */
  titleOf?: (item: string) => string | undefined;
  /** The name of a user by their id, for reasons that one member decided. */
  nameOf?: (user: string) => string | undefined;
  /** Whether the decision was for a group ("the group likes …" instead of "they like …"). Default false. */
  group?: boolean;
  /** How long the item had been out when it was decided (ms): `decision.at - item.publishedAt`. Freshness then says so. */
  age?: number;
}

/** Several rows of an account that say the same. */
export interface MergedReason extends Reason {
  /** How many rows it stands for; absent for one. */
  rows?: number;
  /** How many different items it comes from; absent for one or none. */
  items?: number;
  /** How many members it speaks for, where each has a row. */
  members?: number;
}

/**
 * The rows of an account that say the same to a reader as one, their amounts added; a pin first, then the heaviest. Amounts sum as before.
 *
 * One row become: demand over all spans (the group's own apart), freshness over all, a short and a long liking of one facet, all items
 * that this one is near to, all words, all members' points. Features and names are those of the heaviest row.
 */
export function mergeReasons(reasons: readonly Reason[]): MergedReason[];

/** One reason as a short sentence; a negative amount gets a sentence of its own. Unknown codes are shown as they stand. */
export function reasonInWords(reason: Reason | MergedReason, wording?: ReasonWording): string;

/**
 * Why an item may not be shown.
 * @param rule The refusal's rule: `seen`, `cap.user`, …
 * @param lang As in {@link ReasonWording.lang}.
 * @param until When the refusal ends (ms), if it does.
 * @param utcOffsetMinutes The operator's clock, −840 to 840, as `effectiveConfig()` tells it. Default: Beijing's, as in the configuration.
 */
export function refusalInWords(rule: string, lang?: string, until?: number, utcOffsetMinutes?: number): string;

/** Why nothing should be sent now. Parameters as in {@link refusalInWords}. */
export function silenceInWords(rule: string, lang?: string, until?: number, utcOffsetMinutes?: number): string;

/** A moment on the operator's clock: `2026-03-31 20:00`. Offset as in {@link refusalInWords}. */
export function timeInWords(at: number, utcOffsetMinutes?: number): string;

/** A facet: `tag:护肤` gives 标签「护肤」, or tag “护肤”. */
export function facetInWords(facet: string, lang?: string): string;

/** What a host calls things, as people say it: `('format', 'video')` gives 视频, or video. Fields: format, purpose, role, stage, lang. */
export function valueInWords(field: string, value: string, lang?: string): string;

/** A feature, or a whole family, as a heading: `trend.6h` gives 最近 6 小时的热度, `trend` gives 近期热度. */
export function featureInWords(feature: string, lang?: string): string;

/** A kind of interaction: `save` gives 收藏, or save; the host's own kinds keep their names. */
export function kindInWords(kind: string, lang?: string): string;

/** Every code that has words. */
export const codes: { reasons: string[]; refusals: string[]; silences: string[] };
