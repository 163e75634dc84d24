/** Plans of the coming days, their review, and presets: plain JavaScript over the recommender. */

import type { AudienceRule, Config, Decision, Experiment, Kind, Millis, Operations, Reason, RecommendRequest, Recommender, StepRef } from '../index.js';

/**
 * Plans the coming days for all groups and users. Works on a copy of the state; a planned message counts for everything
 * planned after it. The same state and request give the same messages with the same ids.
 *
 * @example
 * ```js
 * import { plan, summarize } from 'nextpick/operations'
 *
 * const messages = []
 * for await (const message of plan(rec, { from: Date.now(), days: 7 })) messages.push(message)
 * console.table(summarize(messages).map(({ at, items, subjects, flags }) => ({ at, items, subjects, flags })))
 * ```
 * @throws NextpickError `invalid` with the path of the field; `unknown` if a journey is not in the operations.
 */
export function plan(rec: Pick<Recommender, 'toSnapshot'>, request: PlanRequest): AsyncGenerator<PlannedMessage, void, void>;

/** Request for a plan. */
export interface PlanRequest {
  /** Start of the plan. */
  from: Millis;
  /** Length in days, 1–31. */
  days: number;
  /** Regular messages outside of journeys. Default: none. */
  slots?: readonly PlanSlot[];
  /** Journeys to plan, by id. Default: all of the operations. */
  journeys?: readonly string[];
}

/** Time of day at which matching groups or users get a message. A refused message is tried again for an hour. */
export interface PlanSlot {
  /** Unique id. */
  id: string;
  /** `HH:MM` on the operator's clock. */
  time: string;
  /** 1 Monday – 7 Sunday. Default: all. */
  weekdays?: readonly number[];
  /** Recipients: groups as one, or users in private. */
  to: 'groups' | 'users';
  /** Groups or users who get it. Default: all. */
  audience?: AudienceRule;
  /** Fields of the request in addition to recipient, time and step. */
  request?: Omit<Partial<RecommendRequest>, 'user' | 'group' | 'now' | 'step'>;
}

/** Stage of a planned message. */
export type PlanState = 'planned' | 'approved' | 'edited' | 'rejected' | 'sent' | 'missed';

/** One planned message. Plain data: plans are stored as JSON lines. */
export interface PlannedMessage {
  /** Id of the decision. The same plan gives the same id. */
  id: string;
  /** Time of sending. */
  at: Millis;
  /** User addressed. */
  user?: string;
  /** Group addressed, or the one in which the user is addressed. */
  group?: string;
  /** Channel, if the request names one. */
  channel?: string;
  /** Slot or step from which it comes. */
  source: { slot: string } | StepRef;
  /** Request that `recheck` decides again. */
  request: RecommendRequest;
  /** Picks, best first; empty if it is missed. */
  picks: { item: string; score: number; propensity: number; reasons: Reason[] }[];
  /** The next candidates in the order of a slate, at most three; `score` is the utility before any diversity penalty. */
  alternatives: { item: string; score: number }[];
  /** Rule under which nothing would be sent. */
  silent?: Decision['silent'];
  /** Reasons to look at it. Absent if there are none. */
  flags?: PlanFlag[];
  /** Stage. `missed`: no item could be sent before the end of its window. */
  state: PlanState;
  /** Person who approved, edited or rejected it. */
  reviewer?: string;
}

/**
 * Reason to look at a message or a line: no item is eligible; a silence rule applies; the highest
 * utility of the alternatives is within 2 % of the pick's; a total cap was full, so another item was picked; a quota
 * could not be met; the pick is no longer the one that was approved.
 */
export type PlanFlag = 'no-candidates' | 'silent' | 'close-call' | 'cap' | 'quota' | 'changed';

/** Messages of one day with the same source and items. */
export interface PlanLine {
  /** Day, source and items. The same plan gives the same id. */
  id: string;
  /** Time of the earliest message. */
  at: Millis;
  /** Slot or step. */
  source: { slot: string } | { journey: string; step: string };
  /** Items of each message; empty where nothing would be sent. */
  items: string[];
  /** Number of recipients. */
  subjects: number;
  /** Ids of the messages. */
  messages: string[];
  /** The first three of them. */
  examples: PlannedMessage[];
  /** Number of messages by stage. */
  states: Partial<Record<PlanState, number>>;
  /** Reasons to look at the line. */
  flags: PlanFlag[];
}

/**
 * Utility of a pick: its score without the penalty for similarity to the picks before it. By it picks compare with
 * alternatives, which do not pay that penalty. The reasons may be summed by code.
 * @example
 * const [message] = messages.filter(({ picks }) => picks.length);
 * const lead = utilityOf(message.picks[0]) - (message.alternatives[0]?.score ?? 0);
 */
export function utilityOf(pick: { score: number; reasons: readonly { code: string; amount: number }[] }): number;

/**
 * Groups messages into lines that an operator can review. Lines with nothing to send or changed picks come first, then
 * other flagged lines, then the rest by time.
 * @example
 * console.table(summarize(messages).map(({ at, items, flags }) => ({ at, items, flags })));
 * @param options.utcOffsetMinutes The operator's clock, minutes east of UTC. Default: that of the default configuration.
 */
export function summarize(planned: Iterable<PlannedMessage>, options?: { utcOffsetMinutes?: number }): PlanLine[];

/**
 * Decides again, now, among the approved items alone. If they may no longer be sent, the decision is silent, or empty
 * with the rule of each in `refused`.
 * @example
 * const { picks, silent } = recheck(rec, message, Date.now());
 */
export function recheck(rec: Pick<Recommender, 'recommend'>, planned: PlannedMessage, now: Millis): Decision;

/** Kind of business: how often customers buy, and whether they buy online. */
export type Industry = 'frequent-online' | 'frequent-offline' | 'infrequent-online' | 'infrequent-offline';

/**
 * Returns a configuration and operations to start from: plain data, to be copied and changed.
 * @example
 * const { config, operations } = industryPreset('frequent-online');
 * const rec = await createRecommender({ items, config });
 * rec.setOperations(operations);
 */
export function industryPreset(name: Industry): { config: Config; operations: Operations };

/** Options of the evidence mode. */
export interface EvidenceOptions {
  /** Temperature of the softmax: 0.25 for questions about fine tuning, 0.5 for larger changes. Default 0.5. */
  temperature?: 0.25 | 0.5;
  /** Purposes of the groups that take part, without `notice`. Default: all other groups, and private messages. */
  purposes?: readonly string[];
  /** Kind of interaction that the experiment compares. Default `click`. */
  kind?: Kind;
}

/** Exploration that collects evidence. */
export interface EvidenceMode {
  /** Experiment to add to `Operations.experiments`: nine in ten recipients and days explore, the others get the best item. */
  experiment: Experiment;
  /**
   * Expected share of outcomes lost against always sending the best, 0–1, from a simulated community. `plan` of an
   * off-policy evaluator computes it for your own log.
   */
  relativeCost: number;
}

/**
 * Returns an experiment whose log suffices for off-policy evaluation of other settings, with its cost. Groups of
 * purpose `notice` never take part.
 * @throws NextpickError `invalid` for another temperature, or for the purpose `notice`.
 * @example
 * ```js
 * import { evidenceMode } from 'nextpick/operations'
 *
 * const { experiment, relativeCost } = evidenceMode({ temperature: 0.5 })
 * rec.setOperations({ ...rec.operations(), experiments: [experiment] })
 * ```
 */
export function evidenceMode(options?: EvidenceOptions): EvidenceMode;
