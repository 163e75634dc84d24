/**
 * Studies of a log of messages and interactions: responses to messages, comparison of variants, referral leaders.
 * They run in the study module, which is loaded at the first use.
 */

import type { Config, Experiment, Family, Group, Interaction, Interval, Item, ItemFilter, Kind, Millis, ModuleSource, OnProgress, Policy, Sent, TierSettings, User } from '../index.js';
import type { Entry } from '../store/index.js';

export { evaluateCases, evaluateImpressions, evaluateReplay, fit, makeCases } from '../index.js';

/**
 * Loads the study module from the host's source, before the first study, evaluation or fit. Otherwise as `init` of
 * `nextpick`.
 * @example
 * await initStudy(fetch('/assets/nextpick_study_bg.wasm'));
 */
export function init(module: ModuleSource): Promise<void>;

/**
 * A log of messages and interactions. Read once, in any order: the same lines in another order give the same result. An
 * id of a message or interaction that occurs twice counts once.
 */
export type StudyInput =
  /** All changes of a durable recommender: `{ log: rec.history() }`. */
  | { log: AsyncIterable<Entry> | Iterable<Entry> }
  | {
      /** Messages: accepted decisions, or the part of them that {@link Sent} has. Silent decisions are skipped. */
      sent?: AsyncIterable<Sent> | Iterable<Sent>;
      interactions: AsyncIterable<Interaction> | Iterable<Interaction>;
      /** Needed for filters and keys by item. */
      items?: Iterable<Item>;
      /** Needed for `joinedAt` and for users who opted out of profiling. */
      users?: Iterable<User>;
      /** Needed for keys by group and for `memberOverlap`. */
      groups?: Iterable<Group>;
      /** Kinds and the operator's clock. Default: the default configuration. */
      config?: Config;
    };

/* Funnels */

/**
 * Counts messages and the responses to them, by any key.
 * @example
 * const { attribution } = await funnel({ log: durable.history() }, { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 3, 1) });
 */
export function funnel(input: StudyInput, request: FunnelRequest): Promise<FunnelReport>;

/** Key by which the rows of a funnel are formed. */
export type FunnelKey =
  | 'item' | 'group' | 'tier' | 'variant' | 'journey' | 'step' | 'channel' | 'purpose' | 'stage' | 'play' | 'role' | 'day' | 'week';

/** Request for a funnel. */
export interface FunnelRequest {
  /** Keys of the rows. Default: one row for all. */
  by?: readonly FunnelKey[];
  /** The experiment whose variants are meant by the key `variant`. Needed if the log has more than one. */
  experiment?: string;
  /** Kinds of responses, in the order of the funnel. Default: all described kinds. */
  kinds?: readonly Kind[];
  /** Attribution window in periods of 24 hours, above 0 to 365. Default 7. */
  withinDays?: number;
  /** Only messages sent from this moment on. Default: all. */
  from?: Millis;
  /** Up to this moment, itself included. Default: all. */
  to?: Millis;
  /** Only messages with matching items; with keys of items, only those items. Default: all. */
  items?: ItemFilter;
}

/** Messages and the responses to them, a row a key. */
export interface FunnelReport {
  rows: {
    /** Values of the keys. A key is absent where the message has no such value. A week is named by its Monday. */
    key: Record<string, string>;
    /** Number of messages; with keys of items, of items in messages. */
    messages: number;
    /** Number of independent groups or users among the recipients. Intervals are given from 10 on. */
    clusters: number;
    outcomes: {
      kind: Kind;
      /** Distinct users per message; interactions without a user count once per message. */
      users: number;
      /** Interactions. */
      count: number;
      /** Sum of `value`. */
      value?: number;
      /** `users` per message, 0 or more; above 1 for groups. */
      rate: number;
      /** 95 %, for a single look. Absent also where all clusters have the same rate, so that the spread is not known. */
      interval?: Interval;
    }[];
  }[];
  attribution: Attribution;
}

/** Completeness of the link from responses to messages, in interactions. `responses` is the sum of the other five. */
export interface Attribution {
  responses: number;
  /** Joined to a message within the window. */
  attributed: number;
  /** Names a decision that is not in the log; from `from` to a window after `to`. */
  unknownDecision: number;
  /** Earlier than the message it names. */
  beforeSend: number;
  /** Later than the window. */
  afterWindow: number;
  /** Names no decision, but touches an item that was sent to this subject within the window. */
  withoutDecision: number;
}

/* Experiments */

/**
 * Analyses an experiment. May be called every day: the error guarantee holds for any number of looks.
 * @example
 * const report = await analyzeExperiment({ log: durable.history() }, { experiment, to: Date.now() });
 */
export function analyzeExperiment(
  input: StudyInput,
  request: {
    experiment: Experiment;
    /** Only messages sent from this moment on. Default: all. */
    from?: Millis;
    /** Only messages and responses up to this moment, itself included. Default: all. */
    to?: Millis;
  },
): Promise<ExperimentReport>;

/** Verdict on an experiment, or on one variant against the control. */
export type Verdict = 'inconclusive' | 'better' | 'worse' | 'no-meaningful-difference' | 'guardrail-failed' | 'invalid';

/** Analysis of an experiment. */
export interface ExperimentReport {
  verdict: Verdict;
  /** Codes that explain the verdict: `too-few`, `small-effect`, `sample-ratio`, `reassigned`, `attribution`, `guardrail:KIND`. */
  reasons: string[];
  /** In the order of the experiment. `mean` is the metric of the goal. */
  variants: { name: string; units: number; messages: number; mean: number }[];
  /** Each variant against the control. */
  goal: Comparison[];
  /** Each guardrail and variant against the control. */
  guardrails: Comparison[];
  /** Test of the observed assignment against the weights, in units. `eValue`: the largest of all daily looks. */
  sampleRatio: { expected: number[]; observed: number[]; eValue: number; ok: boolean };
  health: {
    /** Independent groups or users. */
    clusters: number;
    /** Share of units seen with more than one variant, 0–1. */
    reassigned: number;
    /** Share of the members of a variant's groups who are also in another variant's groups, 0–1. For `unit: 'group'`. */
    memberOverlap?: number;
    /**
     * Responses of the metrics' kinds to all messages of the time of the experiment: one that names an unknown decision
     * cannot be assigned to an experiment.
     */
    attribution: Attribution;
  };
}

/** One variant against the control, for one metric. */
export interface Comparison {
  variant: string;
  kind: Kind;
  verdict: Verdict;
  /** Variant minus control. Absent until its standard error is known. */
  difference?: number;
  /** 95 % confidence sequence, adjusted for the number of variants. Absent until it is bounded. */
  interval?: Interval;
  /** Relative difference. Absent while the control's mean is 0. */
  lift?: number;
  /** Confidence sequence of `lift`. */
  liftInterval?: Interval;
  /** Largest e-value so far. 1/eValue is a p-value that is valid at every look. */
  eValue: number;
  /** Relative gain in precision (1/SE²) from one more week at this pace. Near 0: waiting does not help, more groups do. */
  weeklyPrecisionGain: number;
}

/* Referrals */

/**
 * Users who brought others, by one level of invitations: most arrivals first, then most active, purchases, value and
 * invitations. Activity of the invited people counts up to the end of the log.
 * @example
 * const leaders = await referralLeaders({ interactions }, { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 3, 1) });
 */
export function referralLeaders(input: StudyInput, request: ReferralRequest): Promise<ReferralLeader[]>;

/** Request for referral leaders. */
export interface ReferralRequest {
  /** Start of the period in which invitations, shares, comments and likes count. */
  from: Millis;
  /** End of the period, inclusive. */
  to: Millis;
  /** The kind of an invitation; its `target` is the invitee. Default `invited`. */
  kind?: Kind;
  /** Longest time from the invitation to the invitee's first activity, in periods of 24 hours. Default 30. */
  withinDays?: number;
  /** Activity this many periods of 24 hours after arrival, or later, counts as `active`. Default 7. */
  activeAfterDays?: number;
  /** Maximum number of leaders, 1 to 1,000,000. Default 100. */
  limit?: number;
}

/** User who brought others, with the arrivals, activity and purchases of the invited people. */
export interface ReferralLeader {
  user: string;
  /** Distinct people invited. */
  invited: number;
  /** Invited people with their first activity ever within the window after the invitation. */
  arrived: number;
  /** Arrived people with activity after `activeAfterDays`. */
  active: number;
  /** Arrived people with a purchase (a kind with `usesValue`). */
  purchased: number;
  /** Sum of the `value` of these purchases. */
  value: number;
  /** The leader's own shares. */
  shares: number;
  /** The leader's own comments and likes. */
  engagements: number;
}

/* Tiers */

/**
 * Compares tier settings on the log: best prediction first.
 * @example
 * const [best] = await suggestTiers({ interactions }, { days: 30 });
 * @throws NextpickError `invalid` if the log has less than 30 days before a date and `days` after it.
 */
export function suggestTiers(input: StudyInput, options?: { days?: number }): Promise<TierSuggestion[]>;

/** Tier settings, and the quality of their prediction of activity in the next `days` days (default 30) on this log. */
export interface TierSuggestion {
  tiers: TierSettings;
  /** Probability that a user who was active later was in a higher tier than one who was not, 0–1. */
  auc: number;
  /** Share of users active later, per level, from the highest. */
  returnRates: number[];
  /** Share of users per level, from the highest. */
  sizes: number[];
  /** Share of users who moved two or more levels between two dates. */
  largeMoves: number;
}

/* Off-policy evaluation */

/** Bytes of a model or a snapshot. */
export type Bytes = Uint8Array | ArrayBuffer | ArrayBufferView;

/** The policy to be evaluated. Fields that are not given are as logged, decision by decision. */
export interface OffPolicyTarget {
  /** Another configuration. `cadence`, `quietHours` and `utcOffsetMinutes` must be the log's, `repeats` not looser. */
  config?: Config;
  /** Another objective: a name, or weights by kind. */
  objective?: string | Readonly<Record<string, number>>;
  /** Another policy. */
  policy?: Policy;
  /** Another fitted model, as `fit` made it. */
  model?: Bytes;
  /** Only these families of features. */
  families?: readonly Family[];
}

/** The input of an off-policy evaluation. */
export interface OffPolicyInput {
  /** The log: all entries, or a function that opens an iteration over them. It is read twice. */
  log: readonly Entry[] | (() => AsyncIterable<Entry> | Iterable<Entry>);
  /** The state before the first entry. Default: empty. */
  snapshot?: Bytes;
  /** The policy to be evaluated. */
  target: OffPolicyTarget;
  /** Private decisions or group decisions. Required if the period has both. */
  recipients?: 'users' | 'groups';
  /** The outcome that counts: a kind, or weights by kind (times the item's `value` where the kind uses it). Default `click`. */
  outcome?: Kind | Readonly<Record<string, number>>;
  /** First moment of the period, inclusive. */
  from: Millis;
  /** Last moment of the period, inclusive. Default: the end of the log. */
  to?: Millis;
  /** Time after a decision within which an outcome counts, in milliseconds, 1 to 7,776,000,000 (90 days). Default 86,400,000 (a day). */
  attributionWindow?: Millis;
  /** Confidence level, 0.5–0.999. Default 0.95. */
  level?: number;
  /** Valid at repeated looks: a confidence sequence. Pass the same `from` and `plannedDecisions` at every look. Default: one look. */
  sequential?: SequentialPlan;
  /** Refuse if more than this part of the target's choices is unsupported, 0–1. Default 0.10. */
  maxUnsupported?: number;
  /** Seed of the bootstrap, which only weighted outcomes need. Default 0. */
  seed?: number;
}

/** Settings for repeated looks at a growing log. */
export interface SequentialPlan {
  /** Number of decisions at which the evaluation should be most precise, at least 200. Fixed when watching begins. */
  plannedDecisions: number;
  /** Number of distinct targets tried on this log, at least 1. The error probability is divided by it. Default 1. */
  targets?: number;
}

/** The answer. `cannot-tell` has a `refusal` and no estimate. */
export type OffPolicyVerdict = 'more' | 'less' | 'no-difference-detected' | 'cannot-tell';

/** Reason of a refusal, in the order of the checks. */
export type OffPolicyRefusal =
  | 'configuration' | 'not-reproduced' | 'no-exploration' | 'invalid-propensities' | 'no-outcomes' | 'insufficient-overlap'
  | 'insufficient-data' | 'interval-too-wide';

/** The result of an off-policy evaluation. */
export interface OffPolicyReport {
  /** The answer. */
  verdict: OffPolicyVerdict;
  /**
   * Reason of the refusal. `path` names the field for `configuration`; `halfWidth` is that of the lift for
   * `interval-too-wide`. Only with `cannot-tell`.
   */
  refusal?: { code: OffPolicyRefusal; path?: string; halfWidth?: number };
  /** The period evaluated. */
  period: { from: Millis; to: Millis };
  /** Relative difference of the target to the log: 0.1 is 10 % more. Absent with `cannot-tell`. */
  lift?: {
    estimate: number;
    interval: Interval;
    /** Part of the half-width due to chance. */
    samplingHalfWidth: number;
    /** Part of the half-width due to choices that the log does not support. */
    unsupportedHalfWidth: number;
  };
  /** Outcomes per decision and recipient under the log, and the number of outcomes. Absent with `no-outcomes` and earlier refusals. */
  logged?: { value: number; interval: Interval; outcomes: number };
  /** Outcomes per decision and recipient under the target. Absent with `cannot-tell`. */
  target?: { value: number; interval: Interval };
  /** Numbers of decisions. */
  decisions: {
    /** Evaluated. */
    used: number;
    /** Left out, by reason: `outside-period`, `other-recipients`, `too-recent`, `not-profiled`, `not-reproduced`; and outcomes: `without-decision`, `without-slot`. */
    excluded: Record<string, number>;
    /** Reconstructed with the same id; with another id, but with propensities within a factor of 2, by which their weights are corrected. */
    reproduced: { exact: number; close: number };
    /** Share of the used decisions whose best item differs, 0–1. */
    changed: number;
  };
  /** Coverage of the target by the log. Absent if an earlier check refused. */
  overlap?: {
    /** Part of the target's choices beyond the clip, 0–1. */
    unsupported: number;
    /** Effective sample size of the design, 0 to `decisions.used`. */
    effectiveSampleSize: number;
    /** Largest importance weight of a sent item, before clipping. */
    largestWeight: number;
    /** The clip c. Absent if it is infinite. */
    clip?: number;
    /** Mean clipped weight of the sent items; expected: 1 − `unsupported`. */
    meanWeight: number;
  };
  /** The ten items with most unsupported mass; `share` is part of all choices, 0–1. */
  unsupportedItems: { item: string; share: number }[];
  /** The exploration that would answer the question. Absent if none is needed or none suffices. */
  advice?: ExplorationAdvice;
  /** The sequential plan, as it was given. */
  sequential?: SequentialPlan;
  /** Textbook estimates of the target's value, without intervals. They never decide. Absent with `cannot-tell`. */
  otherEstimates?: { ips: number; snips: number; dr: number; dm: number };
}

/** An exploration and its price. */
export interface ExplorationAdvice {
  policy: Policy;
  /** Decisions needed. */
  decisions: number;
  /** Weeks at the log's own pace. */
  weeks: number;
  /** Half-width of the lift's interval then. */
  halfWidth: number;
  /** Outcomes lost against always sending the best, 0–1. */
  relativeCost: number;
}

/** One row of the planner. */
export interface PlanRow {
  policy: Policy;
  /** As in `ExplorationAdvice`. Absent where the log has fewer than 30 outcomes. */
  relativeCost?: number;
  changed: number;
  /** By number of decisions. `refused`: the evaluation would refuse. */
  precision: { decisions: number; weeks: number; halfWidth: number; unsupported: number; refused: boolean }[];
}

/** Options of a plan. */
export interface PlanOptions {
  /** Outcomes per decision and recipient where the log has fewer than 30 outcomes, above 0, below 1. Default 0.03. */
  baseRate?: number;
}

/** A reconstructed log, ready for many targets. */
export interface OffPolicyEvaluator {
  /**
   * Evaluates another objective or policy without reading the log again. Synchronous.
   * @throws NextpickError `invalid` for another objective of groups that are not aggregated by `average`: they need a new evaluator.
   */
  evaluate(target: Pick<OffPolicyTarget, 'objective' | 'policy'>): OffPolicyReport;
  /** Predicts, for each advised exploration, how precisely its log would answer for this target. */
  plan(target: Pick<OffPolicyTarget, 'objective' | 'policy'>, options?: PlanOptions): PlanRow[];
  /** Number of distinct targets evaluated so far; it corrects the intervals if the input has `sequential`. */
  readonly targetsTried: number;
  /** Frees the memory. */
  dispose(): void;
  /** Frees the memory, for `using`. */
  [Symbol.dispose](): void;
}

/**
 * Estimates from a log how much more or less another policy would have brought. Blocks while it runs: call it in a worker.
 * @throws NextpickError `missing` if the period has no decisions; `invalid` if it has both private and group decisions and `recipients` is not given.
 * @example
 * ```js
 * import { openRecommender } from 'nextpick/node'
 * import { evaluateOffPolicy } from 'nextpick/study'
 * import { offPolicyInWords } from 'nextpick/words'
 *
 * const rec = await openRecommender('./state')
 * const report = await evaluateOffPolicy({ log: () => rec.history(), from: Date.UTC(2026, 2, 1), target: { policy: { type: 'greedy' } } })
 * console.log(offPolicyInWords(report))
 * ```
 */
export function evaluateOffPolicy(input: OffPolicyInput, onProgress?: OnProgress): Promise<OffPolicyReport>;

/**
 * Reads a log once for one model, configuration and set of families. The errors are those of `evaluateOffPolicy`.
 * @example
 * ```js
 * import { openRecommender } from 'nextpick/node'
 * import { createOffPolicyEvaluator } from 'nextpick/study'
 *
 * const rec = await openRecommender('./state')
 * const evaluator = await createOffPolicyEvaluator({ log: () => rec.history(), from: Date.UTC(2026, 2, 1) })
 * for (const share of [1, 2, 4]) console.log(share, evaluator.evaluate({ objective: { click: 1, share } }).lift)
 * evaluator.dispose()
 * ```
 */
export function createOffPolicyEvaluator(
  input: Omit<OffPolicyInput, 'target'> & { target?: Pick<OffPolicyTarget, 'model' | 'config' | 'families'> },
  onProgress?: OnProgress,
): Promise<OffPolicyEvaluator>;
