/// <reference lib="esnext.disposable" />
/**
 * Picks the next piece of content for a user or a group and gives the exact reasons.
 *
 * `createRecommender` and `loadRecommender` are asynchronous; every method of a recommender is synchronous. Times are
 * Unix milliseconds (UTC), ids are strings of 1–256 bytes of UTF-8. The module reads no clock and no entropy: the same
 * state and request give the same decision on every host.
 *
 * Every call may throw a {@link NextpickError}. A call that throws changes nothing; lists are validated completely
 * before any entry counts.
 */

/** Integer milliseconds since 1970-01-01T00:00:00Z, from -8.64e15 to the end of the year 2199 (7258118399999). */
export type Millis = number;

/** Names with weights in (0, 1]; names in a list have weight 1. At most 256 names of 1–256 bytes. */
export type Weighted = readonly string[] | Readonly<Record<string, number>>;

/** Free attributes: strings of at most 256 bytes, or finite numbers. At most 256 entries. */
export type Attributes = Readonly<Record<string, string | number>>;

/** Method that aggregates members' utilities into the group's. Default `average`. */
export type Aggregation = 'average' | 'least-misery' | 'most-pleasure' | 'average-without-misery' | 'borda';

/** Kinds shipped with the package; a host may use any other string. */
export type ShippedKind = 'impression' | 'click' | 'like' | 'save' | 'comment' | 'share' | 'convert' | 'dismiss';

/** A kind of interaction. */
export type Kind = ShippedKind | (string & {});

/** Families of features. */
export type Family =
  | 'affinity' | 'neighbours' | 'ease' | 'trend' | 'freshness' | 'visit' | 'terms' | 'fatigue' | 'context' | 'portrait'
  | 'effects' | 'rates' | 'contemporary' | 'repeat';

/* ---------------------------------------------------------------------------------------------------- input records */

/** One piece of content. */
export interface Item<Data = unknown> {
  /** Unique id. Putting the same id again replaces the item. */
  id: string;
  /** Title, at most 64 KiB; its words also become facets (`term:…`). */
  title?: string;
  /** Body text, at most 64 KiB. Only its words are kept: the 256 heaviest of title and text. */
  text?: string;
  /** Tags, with weights if given as an object. */
  tags?: Weighted;
  /**
   * Facets in the host's own namespaces: `{ region: ['south'] }` gives the facet `region:south`. `term` replaces the
   * words of title and text; namespaces with a field of their own (`tag category format source lang stage play role
   * duration`) are refused.
   */
  facets?: Readonly<Record<string, Weighted>>;
  /** Category path: `beauty/serum` also counts for `beauty`. */
  category?: string;
  /** Format: `article`, `video`, `poster`, … */
  format?: string;
  /** Author, account or column. */
  source?: string;
  /** Language. */
  lang?: string;
  /** Stage of the customer journey that it serves. */
  stage?: string;
  /** Viral mechanic: group-buy, check-in, lottery, … */
  play?: string;
  /** Product role: `traffic`, `hit`, `profit`, … */
  role?: string;
  /**
   * Viewing or listening time in milliseconds, 0 to 1e12. Response rates are shared by items of about the same length
   * (`duration:31-44s`; each class is √2 times as long as the one before). Default: unknown.
   */
  durationMs?: number;
  /** Products that a conversion on it sells. */
  products?: readonly string[];
  /** Value of one conversion, 0 to 1e12. Default 1. */
  value?: number;
  /** Replenishment cycle: how long the product lasts, in days, 0.1–3650. For `Step.offset.cycles`. Default: unknown. */
  cycleDays?: number;
  /** Publication time; the item is not eligible before it (`schedule.unpublished`). Default: unknown, and eligible. */
  publishedAt?: Millis;
  /** Start of eligibility (`schedule.not-started`). Default: none. */
  startsAt?: Millis;
  /** End of eligibility, exclusive (`schedule.expired`); after `startsAt`. Default: none. */
  expiresAt?: Millis;
  /** Subjects it may be shown to. Default: all. */
  audience?: AudienceRule;
  /** Limits on its sendings. Accepted decisions count. Default: none. */
  caps?: readonly Cap[];
  /** True if it precedes all items that are not pinned, wherever it is eligible. Default false. */
  pinned?: boolean;
  /** True if it is never shown. Default false. */
  hidden?: boolean;
  /** Host data; returned unchanged in recommendations. */
  data?: Data;
}

/** Lists of names. A list is met by any one of its entries. No list may be empty. */
export interface Audience {
  /** User tiers (`TierSettings`). Before the first `setOperations` no user has one, so an audience that names a tier matches no user. */
  tiers?: readonly string[];
  /** User ids. */
  users?: readonly string[];
  /** Group ids. */
  groups?: readonly string[];
  /** Channel ids. */
  channels?: readonly string[];
  /** Purposes of groups. */
  purposes?: readonly string[];
  /** Tags of the user or the group. */
  tags?: readonly string[];
}

/** Audience that must meet every list given and none under `not`. */
export interface AudienceRule extends Audience {
  /** Excluded subjects. */
  not?: Audience;
}

/** Limit of `count` sendings of an item within `hours`. */
export interface Cap {
  /** Number of sendings, at least 1. */
  count: number;
  /** Scope of the count: the same user, the same group, or all subjects. */
  per: 'user' | 'group' | 'total';
  /** Hours before now, above 0. Default: no time limit. */
  hours?: number;
}

/** User that messages can be sent to. */
export interface User<Data = unknown> {
  /** Unique id. */
  id: string;
  /** Tags set by the operator; matched with items' tags (`context.user`) and audiences. */
  tags?: Weighted;
  /** Known attributes; `region: 'south'` matches the facet `region:south`. */
  attributes?: Attributes;
  /** Time of joining. */
  joinedAt?: Millis;
  /** True if decisions may use the user's behaviour; `false` after an opt-out by `setPersonalised`. Default true. */
  personalised?: boolean;
  /** Host data; returned unchanged. */
  data?: Data;
}

/** Group that can be addressed as one. */
export interface Group<Data = unknown> {
  /** Unique id. */
  id: string;
  /** Members, each at most once. */
  members?: readonly (string | Member)[];
  /** Tags set by the operator. */
  tags?: Weighted;
  /** Known attributes. */
  attributes?: Attributes;
  /** Purpose; names the group's objective: `community notice benefit growth care`, or one from the configuration. */
  purpose?: string;
  /** Channel through which messages reach the group. */
  channel?: string;
  /** Time at which the group was created. Counts as an interaction of kind `created` in the group. */
  createdAt?: Millis;
  /** Aggregation of its members. Default: the configuration's. */
  aggregation?: Aggregation;
  /** Host data; returned unchanged. */
  data?: Data;
}

/** Member of a group. */
export interface Member {
  /** User id. */
  user: string;
  /** Time of joining. */
  joinedAt?: Millis;
  /** Role in the group: `owner`, `admin`, … */
  role?: string;
}

/** Account that sends: WeCom, official account, mini-program. */
export interface Channel {
  /** Unique id. */
  id: string;
  /** Tags set by the operator. */
  tags?: Weighted;
  /** Known attributes. */
  attributes?: Attributes;
}

/** One action of a user or a group; at least one of the two is required. */
export interface Interaction<Data = unknown> {
  /** The host's id for it; a repeated id counts once. */
  id?: string;
  /** User who acted. */
  user?: string;
  /** Group in which it happened. */
  group?: string;
  /** Item acted on; absent for joined, ordered, checked in, invited. It need not be in the library (yet). */
  item?: string;
  /** Kind of action. An unconfigured kind is kept and influences nothing. */
  kind: Kind;
  /** Time of the action. */
  at: Millis;
  /** Value of the action. */
  value?: number;
  /** Business object it belongs to, such as an order number; 1–256 bytes. */
  reference?: string;
  /** Id of the decision that it responds to. */
  decision?: string;
  /** Channel through which it came. */
  channel?: string;
  /** Position in a list, an integer from 0. */
  position?: number;
  /** User it concerned, such as the one invited. */
  target?: string;
  /** Circumstances. */
  context?: Attributes;
  /** Host data; returned unchanged. */
  data?: Data;
}

/**
 * Interactions as columns of equal length: the fast input for big logs. `toColumns` makes them. Integers are indices
 * into the lists of names, −1 for none. Every row needs a kind, a time, and a user or a group.
 */
export interface InteractionColumns {
  /** Names of users, indexed by `user`. */
  users?: readonly string[];
  /** Names of groups, indexed by `group`. */
  groups?: readonly string[];
  /** Names of items, indexed by `item`. */
  items?: readonly string[];
  /** Names of kinds, indexed by `kind`. */
  kinds: readonly string[];
  /** User index per row. */
  user?: Int32Array;
  /** Group index per row. */
  group?: Int32Array;
  /** Item index per row. */
  item?: Int32Array;
  /** Kind index per row. */
  kind: Int32Array;
  /** Time per row, milliseconds. */
  at: Float64Array;
  /** Value per row; NaN for none. */
  value?: Float64Array;
}

/* ---------------------------------------------------------------------------------------------------- configuration */

/**
 * Meaning of one kind of interaction. Fields not given keep the shipped meaning; for other kinds they are 0 and false.
 */
export interface KindMeaning {
  /** Weight in the default objective and strength as a sign of liking, −1000 to 1000; negative for dislike. */
  weight?: number;
  /** True if it is a like: it counts for neighbours and trends. */
  positive?: boolean;
  /** True if its item counts as seen afterwards. */
  marksSeen?: boolean;
  /** True if it is an impression. */
  isExposure?: boolean;
  /** True if its probability is multiplied by the item's `value`. */
  usesValue?: boolean;
}

/** Policy that chooses among eligible items. */
export type Policy =
  /** Always the best. The default. */
  | { type: 'greedy' }
  /** With probability `epsilon` (0–1, default 0.1) a uniformly drawn item, else the best. */
  | { type: 'epsilon-greedy'; epsilon?: number }
  /**
   * Probability of each item ∝ exp(score / (temperature × spread)); `temperature` 0.001–100, default 1. Work: 60 steps.
   */
  | { type: 'softmax'; temperature?: number }
  /**
   * The best of utilities drawn from their distributions (Thompson sampling): explores uncertain items, mostly new
   * ones. `draws` (100–10,000, default 1,000) has no effect: earlier versions estimated propensities from so many
   * draws, and it is still part of a decision's id. Work: 4,096 steps.
   */
  | { type: 'thompson'; draws?: number };

/** Limit of `count` messages per user, group or channel within a period. Accepted decisions count. */
export interface CadenceRule {
  /** Scope of the count. */
  per: 'user' | 'group' | 'channel';
  /**
   * Number of messages, at least 1; `daysInMonth` (with `every: 'month'`): the days of the operator's current month.
   */
  count: number | 'daysInMonth';
  /** Period: the last hour, the operator's day, week (from Monday) or month, or the last `hours` hours. */
  every: 'hour' | 'day' | 'week' | 'month' | { hours: number };
  /** Restricts the rule to messages through this channel. */
  channel?: string;
  /** Occasions that are counted and silenced. At least one. Default `['push']`. */
  occasions?: readonly Occasion[];
}

/**
 * Daily period in which nothing is sent, from `from` (inclusive) to `to` (exclusive); applies where all other fields
 * match.
 */
export interface QuietHours {
  /** Start, `HH:MM` on the operator's clock. */
  from: string;
  /** End, `HH:MM`; after midnight if earlier than `from`. */
  to: string;
  /** Restricts the rule to private messages to users, or to groups. */
  per?: 'user' | 'group';
  /** Restricts the rule to this channel. */
  channel?: string;
  /** Restricts the rule to this group and to users addressed within it. */
  group?: string;
  /** Restricts the rule to this user. */
  user?: string;
  /** Occasions that are silenced. At least one. Default `['push']`. */
  occasions?: readonly Occasion[];
}

/** Configuration; every field is optional. Unknown fields are refused. */
export interface Config {
  /**
   * Meanings of kinds, merged over the shipped weights (impression 0, click 1, like 2, save 3, comment 4, share 5,
   * convert 10, dismiss −5).
   */
  kinds?: Readonly<Record<string, KindMeaning>>;
  /**
   * Objectives by name, merged over the shipped ones (`default community notice benefit growth care`): a weight per
   * kind, −1000 to 1000.
   */
  objectives?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Half-lives of liking in days, 0.05–36500. Default 3 and 60. */
  halfLives?: { shortDays?: number; longDays?: number };
  /**
   * Offset of the operator's clock, −840 to 840 minutes east of UTC; applies to days, weeks, months and quiet hours.
   * Default 480 (Beijing).
   */
  utcOffsetMinutes?: number;
  /** Aggregation for groups that specify none. Default `average`. */
  aggregation?: Aggregation;
  /**
   * Activity at which a group's own history weighs about as much as its members (decayed sum in weights of kinds),
   * above 0. Default: the fitted value (`FitReport.groups`), else 2.
   */
  groupHistory?: number;
  /** Policy. Default greedy. */
  policy?: Policy;
  /** Penalty for similarity to items picked before (MMR), 0–1, in units of the utilities' spread. Default 0.3. */
  diversity?: number;
  /** Rule for picking seen items again. Default `never`. */
  repeats?: 'never' | 'always' | { afterDays: number };
  /**
   * Limits on messages. `wecom`: one per user and day, and per group and month as many as the month has days. Default:
   * no limit.
   */
  cadence?: 'wecom' | readonly CadenceRule[];
  /** Periods in which nothing is sent. Default: none. */
  quietHours?: readonly QuietHours[];
  /** Families of features in use. Default: all but `contemporary` and `repeat`, which only `evaluateCases` uses. */
  families?: readonly Family[];
  /**
   * True if a fitted model learns online, from responses to accepted decisions that arrive within a day and carry their
   * `decision` id. No weight moves farther than two standard errors from its fit. Shipped weights never change. Default
   * true.
   */
  online?: boolean;
  /**
   * Tolerance for times after the trusted time, of interactions and of acceptances, in milliseconds, 0 to 4294967295.
   * Interactions beyond it are set aside: stored, counted in `stats().ahead`, and without effect until a request is for
   * their time. Acceptances beyond it are refused with the rule `ahead`. The trusted time is the latest `now` of a
   * request or of a change. Default 3600000 (an hour).
   */
  maxAheadMs?: number;
}

/** Result of `effectiveConfig`: every field of {@link Config}, with defaults filled in. */
export interface EffectiveConfig extends Required<Omit<Config, 'groupHistory'>> {
  kinds: Record<string, Required<KindMeaning>>;
  objectives: Record<string, Record<string, number>>;
  halfLives: { shortDays: number; longDays: number };
  cadence: CadenceRule[];
  /** Present only if configured; otherwise the fitted or shipped value holds. */
  groupHistory?: number;
}

/* -------------------------------------------------------------------------------------------------------- decisions */

/**
 * Occasion of a message: the operator pushes, the recipient requested it, or the recipient has just joined or was just
 * added. Cadence and quiet hours count and restrict pushes only, unless a rule names other occasions; caps and repeats
 * count messages of every occasion.
 */
export type Occasion = 'push' | 'reply' | 'welcome';

/** Recipient: a user, or a group; with both, a member of that group addressed privately. */
export type Subject = { user: string; group?: string | undefined } | { group: string; user?: string | undefined };

/** Request for a decision for a user, or for a group; with both, it is a private message to a member of that group. */
export type RecommendRequest = UserRequest | GroupRequest;

/** Request for a decision for a user. */
export interface UserRequest extends RequestSettings {
  /** User addressed. An unknown user gets the neutral ranking and `coldStart: true`. */
  user: string;
  /** Group in which the user is addressed. */
  group?: string | undefined;
}

/** Request for a decision for a group. */
export interface GroupRequest extends RequestSettings {
  /** Group addressed. An unknown group gets the neutral ranking and `coldStart: true`. */
  group: string;
  /** Member addressed privately. */
  user?: string | undefined;
}

/** Fields of a request in addition to its recipient. */
export interface RequestSettings {
  /** Occasion of the message. Default `push`. */
  occasion?: Occasion;
  /** Time of the decision. */
  now: Millis;
  /**
   * Number of picks, 1–1000. Default 1.
   *
   * The work of a request is limited; one that exceeds a limit is refused with code `limit` before it begins. items ×
   * count × steps may be at most 500,000,000 (thompson: 4,096; softmax: 60; others: none). For a group addressed
   * as one, members × (items + 100 × count) may be at most 10,000,000, where under thompson each item counts as 20.
   * Items are those of the library, or the number named by `only`; `count` is at most the number of items.
   */
  count?: number;
  /** Channel of the message. Default: the group's. */
  channel?: string;
  /** Circumstances; matched with facets of the same name (`context.request`). */
  context?: Attributes;
  /** Name of an objective, or weights by kind. Default: that of the group's purpose, else `default`. */
  objective?: string | Readonly<Record<string, number>>;
  /** Policy. Default: the configuration's. */
  policy?: Policy;
  /**
   * Multipliers of the model's weights by family, 0–3, for comparing rankings. Default 1. Reasons still sum to the score.
   * A family that the configuration leaves out is refused, unless its multiplier is 1.
   */
  familyWeights?: Readonly<Partial<Record<Family, number>>>;
  /** Penalty for similarity to items picked before, 0–1. Default: the configuration's. An experiment's takes precedence. */
  diversity?: number;
  /** Only these items are eligible: ids, or a filter. Default: all. */
  only?: readonly string[] | ItemFilter;
  /** Items to exclude: ids, or a filter. Default: none. */
  exclude?: readonly string[] | ItemFilter;
  /** Quotas of the slate. Default: the operations'. */
  quotas?: readonly Quota[];
  /** Rule for repeating items that were seen. Default: the configuration's. */
  repeats?: 'never' | 'always' | { afterDays: number };
  /** Step that the request is for, as `dueSteps` returned it. The decision is silent unless the step is due. */
  step?: StepRef;
  /** Seed of policies that draw, 0–4294967295. Default 0. */
  seed?: number;
}

/** The request of a decision as the log keeps it: the fields that were given, without recipient and moment. */
export interface LoggedRequest extends Omit<RecommendRequest, 'user' | 'group' | 'now'> {
  /** Time of the decision, if it was accepted with another time of sending. Default: the decision's `at`. */
  now?: Millis;
}

/** Options for the content of a decision. */
export interface RecommendOptions {
  /** True to list every excluded item with its rule. Default false. */
  explain?: boolean;
  /** True if picks carry their reasons. Default true. */
  reasons?: boolean;
}

/** Standing of one item in the decision of a request. */
export interface ItemExplanation {
  /** Item id. */
  item: string;
  /** Id of the request's decision. */
  decision: string;
  /** Number of eligible items; 0 in a silence. */
  candidates: number;
  /** Rule that forbids sending anything; only the fields above are given with it. */
  silent?: { rule: SilenceRule; until?: Millis };
  /** First rule that refuses the item (`removed`: it is not in the library). The fields below are given only without one. */
  refused?: { item: string; rule: RefusalRule | 'removed'; until?: Millis };
  /** Place among all eligible items, from 1: pinned ones first, then by score, before policy, diversity and quotas. */
  rank?: number;
  /** Utility, before any diversity penalty. */
  score?: number;
  /** Contributions that sum to the score. */
  reasons?: Reason[];
  /** First pick of the decision. */
  chosen?: { item: string; score: number };
  /**
   * The item's score less that of the first pick, by code of reason; the largest absolute amount first, none of 0. Absent
   * if they do not differ.
   */
  differences?: Pick<Reason, 'code' | 'amount'>[];
}

/** Part of the refused items that `refusals` lists. */
export interface RefusalPage {
  /** Rule whose items are listed. Default: none, only counts. */
  rule?: RefusalRule;
  /** Number of its items before the first listed. Default 0. */
  offset?: number;
  /** Largest number of items listed, 1–1000. Default 100. */
  limit?: number;
}

/** Items that are refused for a request. */
export interface Refusals {
  /** Rule that forbids sending anything; no item is examined then. */
  silent?: { rule: SilenceRule; until?: Millis };
  /** Number of items that no rule refuses. */
  candidates: number;
  /** Number of items by the first rule that refuses them; rules that refuse none are absent. */
  counts: Partial<Record<RefusalRule, number>>;
  /** Page of the items of the requested rule, in the order in which they were put. */
  items?: Refusal[];
}

/** Decision: the picks for a subject, with policy and reasons. Plain data: it may be stored and sent. */
export interface Decision<Data = unknown> {
  /** Digest of model, state and request: the same request in the same state has the same id. */
  id: string;
  /** Subject addressed. */
  subject: Subject;
  /** Channel, if the request named one. */
  channel?: string;
  /** Occasion, if it is not a push. */
  occasion?: Occasion;
  /** The request's `now`. */
  at: Millis;
  /** Slate, best first. Shorter than requested if fewer items are eligible; empty if `silent`. */
  picks: Recommendation<Data>[];
  /** True if the subject has no history (of a group: nor has any member). */
  coldStart: boolean;
  /**
   * `false` if the user opted out of personalisation: only their caps, cadence, quiet hours and sendings were used.
   * Else absent.
   */
  personalised?: false;
  /** Rule by which nothing should be sent now, and its end if known. Absent if messages may be sent. */
  silent?: { rule: SilenceRule; until?: Millis };
  /** Step that it is for. */
  step?: StepRef;
  /** Tier of the user at that moment; for a group the tier of most members. Absent without one. */
  tier?: string;
  /** Variant names by experiment id. Absent without any. */
  variants?: Record<string, string>;
  /** Names of quotas that could not be met. Absent if all were. */
  unmetQuotas?: string[];
  /** Weight per kind of the objective. */
  objective: Record<string, number>;
  /** Policy that chose the picks. */
  policy: Policy;
  /** Name of the model; it changes with any weight. */
  model: string;
  /**
   * The request, without `user`, `group` and `now`. Off-policy evaluation reconstructs the decision from it. Absent if
   * no other field was given, or only default values.
   */
  request?: LoggedRequest;
  /** Number of log entries that the deciding state had applied, whole, from 0. Absent without a store. */
  logPosition?: number;
  /** All excluded items; only with `{ explain: true }`. */
  refused?: Refusal[];
}

/** One pick of a decision. */
export interface Recommendation<Data = unknown> {
  /** Item id. */
  item: string;
  /** Rank, from 1. */
  rank: number;
  /**
   * Utility less the diversity penalty. The reasons' amounts sum to it within 1e-9 of the sum of their absolute values.
   */
  score: number;
  /** Probability of choosing this item for this rank given the picks before it, 0–1; 1 for greedy and pinned. */
  propensity: number;
  /** Probability of each kind, 0–1. */
  chances: Record<string, number>;
  /** True if `chances` only rank and are not calibrated probabilities. */
  relative: boolean;
  /** Attribution of the score: base first, then by absolute amount. Empty with `{ reasons: false }`. */
  reasons: Reason[];
  /** The item's `data`. */
  data?: Data;
}

/** The distribution from which a policy draws the item of one slot. */
export interface Propensities {
  /** Eligible items, ids. Empty where nothing may be sent. */
  items: string[];
  /**
   * Probability of each item, 0–1, summing to 1 within 1e-12. Placed items, and items that a quota keeps out of this
   * slot, have 0; all have 0 if no item may fill it. Length: that of `items`.
   */
  propensities: Float64Array;
  /** Utility of each item before the diversity penalty, in weights of kinds. Length: that of `items`. */
  utilities: Float64Array;
}

/** Sources of a score. */
export type ReasonCode = 'base' | Family | 'diversity' | 'pinned' | 'borda' | (string & {});

/** One contribution to a score. `nextpick/words` puts it into words. */
export interface Reason {
  /**
   * `base` (the same for all items), a family, `diversity` (a penalty), `pinned` (adds 0), or `borda` (points from
   * ranks).
   */
  code: ReasonCode;
  /** Feature: `trend.6h`, `affinity.tag.long`, … */
  feature?: string;
  /** Facet: `tag:护肤`. */
  facet?: string;
  /** Item it derives from: one liked, or one picked before. */
  from?: string;
  /** Member it derives from, where one member decided for the group or ranks were counted. */
  member?: string;
  /** Amount added to the score; may be negative. */
  amount: number;
}

/** Rules that exclude an item. */
export type RefusalRule =
  | 'hidden'
  | 'schedule.unpublished' | 'schedule.not-started' | 'schedule.expired'
  | 'audience.tiers' | 'audience.users' | 'audience.groups' | 'audience.channels' | 'audience.purposes' | 'audience.tags' | 'audience.not'
  | 'cap.user' | 'cap.group' | 'cap.total'
  | `rule.audience:${string}` | `rule.cap:${string}`
  | 'seen' | 'only' | 'exclude'
  | (string & {});

/** An excluded item. */
export interface Refusal {
  /** Item id. */
  item: string;
  /** First rule that excluded it. */
  rule: RefusalRule;
  /** End of the exclusion, if known. */
  until?: Millis;
}

/** Rules under which nothing is sent at all. Those named `step.…` apply to requests with a `step` only. */
export type SilenceRule =
  | 'cadence.user' | 'cadence.group' | 'cadence.channel' | 'quiet-hours'
  | 'step.waiting' | 'step.sent' | 'step.missed' | 'step.superseded' | 'step.skipped' | 'step.exited'
  | 'step.conditions' | 'step.audience' | 'step.unknown'
  | (string & {});

/** Fields of a decision that `accept` needs: a host need not keep more. */
export interface Sent {
  id: string;
  subject: Subject;
  channel?: string;
  /** Default `push`. */
  occasion?: Occasion;
  at: Millis;
  /** At least one. `propensity` defaults to 1. */
  picks: readonly { item: string; propensity?: number }[];
  step?: StepRef;
  tier?: string;
  variants?: Readonly<Record<string, string>>;
  unmetQuotas?: readonly string[];
  /** As in `Decision`. Without it the decision can only be reconstructed if it was requested without options. */
  request?: LoggedRequest;
  /** As in `Decision`. Default: the position of the acceptance. */
  logPosition?: number;
}

/** Options of `accept`. */
export interface AcceptOptions extends ChangeOptions {
  /** Evaluates all rules again, for decisions that were approved earlier. Default false. */
  recheck?: boolean;
  /** Time of sending. Rules are evaluated and the send is recorded at this time. Default: the decision's `at`. */
  at?: Millis;
}

/** Result of `accept`, `reserve` or `confirm`. */
export interface Acceptance {
  /** True if the decision now counts as sent; after `reserve`, as reserved. */
  accepted: boolean;
  /**
   * Rule that refused it; nothing was counted then. It was accepted before; it is already reserved; there is no
   * reservation to confirm; it is so old that accepted decisions of its
   * time are no longer kept; its time is more than `config.maxAheadMs` after the trusted time; a total cap is full
   * (`cap.total`, `rule.cap:NAME`); its step or a later step of the same entry was sent (`step.sent`,
   * `step.superseded`). With `recheck` also every other refusal and silence, and `removed` for an item that is no longer
   * in the library.
   */
  rule?: 'already-accepted' | 'already-reserved' | 'not-reserved' | 'too-old' | 'ahead' | 'removed' | RefusalRule | SilenceRule;
  /** Items concerned, where the rule is about items. */
  items?: string[];
}

/* ------------------------------------------------------------------------------------------------------- operations */

/**
 * Selection of items by their metadata. Each list is named after the item field that it tests. An item matches if at least
 * one entry of every list given fits, and no list under `not` matches. No list may be empty. `{}` matches every item.
 */
export interface ItemFilter {
  /** Item ids. An id need not be in the library. */
  ids?: readonly string[];
  /** Tags. */
  tags?: readonly string[];
  /** Category paths. `tea` also matches `tea/green`. */
  category?: readonly string[];
  /** Formats: `article`, `video`, `poster`, … */
  format?: readonly string[];
  /** Sources: authors, accounts or columns. */
  source?: readonly string[];
  /** Languages. */
  lang?: readonly string[];
  /** Stages of the customer lifecycle. */
  stage?: readonly string[];
  /** Campaign mechanics: `group-buy`, `check-in`, `assist`, `lottery`, `red-packet`, `free-gift`, `bargain`, … */
  play?: readonly string[];
  /** Product roles: `traffic`, `hit`, `profit`, … */
  role?: readonly string[];
  /** Products that a conversion on the item sells. */
  products?: readonly string[];
  /** Facets by their full name: `region:south`. */
  facets?: readonly string[];
  /** Excludes every item that matches any of these lists. */
  not?: Omit<ItemFilter, 'not'>;
}

/**
 * Settings that the operator changes from day to day. `setOperations` replaces them as a whole; they take effect at once
 * and nothing is learned again. Unknown fields are refused. In audiences of the operations `users` may be empty: such a
 * list matches no user. Deleting its last user leaves it empty.
 */
export interface Operations {
  /** Settings of the user tiers. Default: the default levels. */
  tiers?: TierSettings;
  /** Restrictions on classes of items. At most 256. */
  rules?: readonly Rule[];
  /** Target proportions of classes of items. At most 32. */
  quotas?: readonly Quota[];
  /** Automated message sequences. At most 256, with 1–64 steps each. */
  journeys?: readonly Journey[];
  /** A/B tests. At most 32. */
  experiments?: readonly Experiment[];
}

/** Settings that classify users by recency, frequency and value. */
export interface TierSettings {
  /** Half-life of an active day in the activity score, in days, 1–3650. Default 60. */
  halfLifeDays?: number;
  /**
   * Kinds of interaction that make a day active. Default: every kind described in the configuration that has a weight of 0
   * or more and is no exposure. List the kinds if the host records events that the user did not cause, such as points that
   * expire.
   */
  activeKinds?: readonly Kind[];
  /**
   * Length of the tier `newcomer` in whole days since joining or the first interaction, whichever is earlier, 0–3650.
   * Default 14. 0: there is no such tier.
   */
  newcomerDays?: number;
  /**
   * Levels from highest to lowest, 2–16. A user is in the first level whose bounds are met. Every level but the last has a
   * bound; the last has none. Default: `loyal` 10, `quality` 4, `regular` 1.5, `infrequent` 0.5, `lapsed`.
   */
  levels?: readonly TierLevel[];
}

/** One tier. */
export interface TierLevel {
  /** Name, 1–256 bytes, unique, not `newcomer`. */
  name: string;
  /** Minimum activity score, above 0. Bounds must not increase from one level to the next; no bound counts as 0. */
  minActivity?: number;
  /** Minimum value score, above 0; required in addition to `minActivity`. */
  minValue?: number;
}

/** Hard restriction on a class of items: campaign mechanics by tier, promotions per week, one coupon per customer. */
export interface Rule {
  /** Unique name. Refusals report `rule.audience:NAME` or `rule.cap:NAME`. */
  name: string;
  /** Items that it restricts. */
  items: ItemFilter;
  /** Recipients that these items may be shown to. An item's own audience applies too. Default: all. */
  audience?: AudienceRule;
  /** Frequency caps over all these items together. At most 64. Default: none. */
  caps?: readonly Cap[];
  /** Recipients that `caps` apply to. Default: all. With `items: {}` this gives a message frequency by tier. */
  capAudience?: AudienceRule;
}

/**
 * Target proportion of a class of items. Quotas are soft: they change the item chosen for a slot and never leave a slot
 * empty. Give either `min` and/or `max`, or `minShare` and/or `maxShare`.
 */
export interface Quota {
  /** Unique name, reported in `Decision.unmetQuotas`. */
  name: string;
  /** Items that it counts. */
  items: ItemFilter;
  /** Recipients it applies to. Default: all. */
  audience?: AudienceRule;
  /** Minimum number in one slate, 0–1000. */
  min?: number;
  /** Maximum number in one slate, 0–1000. */
  max?: number;
  /** Minimum share, 0–1, of the last `window` items sent to this subject, the slate included. */
  minShare?: number;
  /** Maximum share, 0–1, of the same. */
  maxShare?: number;
  /** Number of items over which the shares are measured, 2–200. Default 20. */
  window?: number;
}

/** A/B test. Treat a running experiment as immutable; only `coverage` may grow. */
export interface Experiment {
  /** Unique id. Part of the assignment: another id gives another randomisation. */
  id: string;
  /**
   * Unit of randomisation: each user; each group; or each subject anew every day of the operator's (`subject-day`, a
   * switchback), which gives far more power where there are few groups.
   */
  unit: 'user' | 'group' | 'subject-day';
  /** 2–8; the first is the control. */
  variants: readonly Variant[];
  /** Share of units that take part, above 0 to 1. Default 1. Raising it moves no unit to another variant. */
  coverage?: number;
  /** Recipients in the experiment. Default: all. */
  audience?: AudienceRule;
  /** Default: as soon as the operations are set. */
  startsAt?: Millis;
  /** After `startsAt`. Default: until the experiment is taken out. */
  expiresAt?: Millis;
  /** Metric that should improve. */
  goal: Metric;
  /** Metrics that must not get worse. At most 8. */
  guardrails?: readonly Guardrail[];
}

/** One variant. A field that is absent is as without the experiment. No two experiments may set the same field during the same time. */
export interface Variant {
  /** Unique within the experiment. */
  name: string;
  /** Relative share of the units that take part, above 0. Default 1. */
  weight?: number;
  /** Replaces the objective of the request. */
  objective?: string | Readonly<Record<string, number>>;
  /** Replaces the policy. */
  policy?: Policy;
  /** Replaces `Config.diversity`, 0–1. */
  diversity?: number;
  /** Replaces the quotas. */
  quotas?: readonly Quota[];
  /** Further restricts the candidates. */
  only?: ItemFilter;
  /** Decides with the default weights instead of the fitted ones. */
  model?: 'default';
  /**
   * A journey that any variant names runs only for subjects assigned to a variant that names it, while the experiment
   * runs.
   */
  journeys?: readonly string[];
}

/** Metric of an experiment. */
export interface Metric {
  /** Kind of interaction that counts as a response. */
  kind: Kind;
  /** Attribution window in periods of 24 hours after the send, above 0 to 365. Default 7. */
  withinDays?: number;
  /** Denominator: messages sent (default) or impressions. */
  per?: 'message' | 'impression';
  /** Numerator: distinct responding users per message (default), or the sum of `Interaction.value`. */
  measure?: 'responses' | 'value';
  /** Direction of an improvement. Default `increase`. */
  direction?: 'increase' | 'decrease';
  /** Smallest relative difference that matters, above 0. Default 0.1. */
  minimumEffect?: number;
}

/** Metric that must not get worse. `direction` is the good direction. */
export interface Guardrail extends Omit<Metric, 'minimumEffect'> {
  /** Largest acceptable relative harm, above 0. Default 0.1. */
  tolerance?: number;
}

/** Request of `tierReport`. */
export interface TierReportRequest {
  /** Time of the report. */
  now: Millis;
  /** Earlier moment: also counts the users whose tier changed since then. */
  since?: Millis;
  /** Only the members of this group. Default: all users. */
  group?: string;
}

/** Number of users per tier. */
export interface TierReport {
  /** From the highest level to the lowest, then `newcomer`. Empty before the first `setOperations`. */
  tiers: { name: string; users: number; meanActivity: number; meanValue: number }[];
  /** Users who opted out of profiling; all before the first `setOperations`. */
  untiered: number;
  /** With `since`: users whose tier changed. */
  moves?: { from: string; to: string; users: number }[];
}

/** Delivery and validity of one item. */
export interface ContentStatus {
  item: string;
  /** Number of sends up to now. */
  sent: number;
  /** Number of interactions up to now, by kind: impressions, downloads, shares, … */
  counts: Readonly<Record<string, number>>;
  lastSentAt?: Millis;
  /** End of validity. */
  expiresAt?: Millis;
  /** The first rule that excludes it for all recipients now: hidden, its schedule, or a total cap. Absent if it can be sent to a recipient. */
  rule?: RefusalRule;
  /** Until when that rule holds, if known. */
  until?: Millis;
}

/* --------------------------------------------------------------------------------------------------------- journeys */

/**
 * Condition on the interactions of one subject. All fields given must hold. The event that started the journey is never
 * counted; of several trigger events at the same moment, such as the lines of one order, none is. Counting window:
 * `withinDays` if given, else all interactions since the journey was entered.
 */
export interface ActivityCondition {
  /** Kinds of interaction; any of them counts. */
  kind: Kind | readonly Kind[];
  /** Only interactions with matching items. Items that are not in the library match by `ids` and by `{}` alone. */
  items?: ItemFilter;
  /** Minimum number of interactions, 0 or more. Default 1; 0 if only `maxCount` is given. */
  minCount?: number;
  /** Maximum number of interactions, 0 or more. `0`: they did not do it. */
  maxCount?: number;
  /** Minimum sum of `Interaction.value`: points, money. An interaction without `value` counts as 0. */
  minValue?: number;
  /**
   * Minimum length of the current streak in days on the operator's clock, 2–366. A streak is current if its last day is today or yesterday.
   * A streak may begin before the journey was entered, unless `withinDays` is given.
   */
  streakDays?: number;
  /** Length of the counting window in periods of 24 hours before now, 1–3650. */
  withinDays?: number;
}

/** A sequence of messages to one subject, timed from a trigger. */
export interface Journey {
  /** Unique id. Sends are remembered under it: a renamed journey is a new journey. */
  id: string;
  /** Recipient: a user in private (default), a member in private within the group where the trigger happened, or a group as one. */
  subject?: 'user' | 'member' | 'group';
  /** The event, date or period that starts it. */
  trigger: Trigger;
  /**
   * Re-entry, for activity triggers only. `never` (default): only the first trigger event counts. `always`: each trigger event replaces the entry
   * before. `afterDays`: the same, but at least this many periods of 24 hours after the entry before, above 0 to 3650.
   */
  reentry?: 'never' | 'always' | { afterDays: number };
  /** For activity triggers only: one independent entry per `Interaction.reference`, such as an order number. Default false. */
  perReference?: boolean;
  /** Triggers before this time are ignored. Default: none is. */
  startsAt?: Millis;
  /** From this time on no step is due. After `startsAt`. Default: never. */
  expiresAt?: Millis;
  /** Evaluated whenever a step is due, not at entry. Default: all. */
  audience?: AudienceRule;
  /**
   * Conditions that end the entry for good, as soon as one holds. Counted since entry; with `perReference` only
   * interactions of the same reference. `maxCount` and `withinDays` are refused here. 1–64 conditions.
   */
  exitWhen?: readonly ActivityCondition[];
  /** If several steps are due for one subject, the highest priority comes first. −1000 to 1000. Default 0. */
  priority?: number;
  /** The channel to send through. Default: the group's. */
  channel?: string;
  /** Part of a service that the user requested, such as order status. Also runs for users who opted out of profiling. Default false. */
  transactional?: boolean;
  /** 1–64 steps, in the order in which they are meant to be sent. */
  steps: readonly Step[];
}

/** The event, date or period that starts a journey. */
export type Trigger =
  /** An interaction. `joined` includes `joinedAt` of a user or member, and `created` includes `createdAt` of a group, unless the log has one. */
  | { type: 'activity'; kind: Kind | readonly Kind[]; items?: ItemFilter }
  /** No active kind (`TierSettings.activeKinds`) for `days` periods of 24 hours, 1–3650. The next activity ends the entry. */
  | { type: 'inactivity'; days: number }
  /** A date in an attribute of the user or group: `YYYY-MM-DD` or `MM-DD` recurs every year; a number (milliseconds) happens once. */
  | { type: 'date'; attribute: string }
  /** Every day, week (from Monday) or month on the operator's clock. */
  | { type: 'schedule'; every: 'day' | 'week' | 'month' };

/** One message of a journey. */
export interface Step {
  /** Unique within the journey. Sends are remembered under it: a renamed step is a new step. */
  id: string;
  /**
   * Time from entry to this step: the sum of the fields, within ±400 days. Default 0. `cycles` counts replenishment cycles (`Item.cycleDays`) of
   * the item in the trigger event. For `date` triggers `days` may be negative; for activity triggers `days` and `hours` may, together with `cycles`.
   */
  offset?: { days?: number; hours?: number; cycles?: number };
  /** `HH:MM` on the operator's clock: the step waits for this time of its day; if that has passed, for the next day's. Default: no wait. */
  time?: string;
  /** Allowed weekdays, 1 Monday – 7 Sunday. A step on another day moves forward to the next allowed one. Default: all. */
  weekdays?: readonly number[];
  /** Length of the window in which the step is due, in hours, 1–720. Default 24. After that it is missed. */
  windowHours?: number;
  /** All must hold when the step is due. At most 64. */
  conditions?: readonly ActivityCondition[];
  /** Evaluated when the step is due, in addition to the journey's. Default: all. */
  audience?: AudienceRule;
  /** The candidates. The recommender picks among them. */
  items: ItemFilter;
  /** Number of picks, 1–1000. Default 1. */
  count?: number;
  /** An objective's name, or weights by kind. Default: as for any request. */
  objective?: string | Readonly<Record<string, number>>;
  /** Rule for repeating items that the subject has seen. Default: the configuration's. Steps that recur usually need it. */
  repeats?: 'never' | 'always' | { afterDays: number };
}

/** Identifies the step and the entry that a request or decision belongs to. */
export interface StepRef {
  journey: string;
  step: string;
  /** Time of entry: the trigger event, the date, the start of the period. */
  enteredAt: Millis;
  /** With `perReference`: the reference of the trigger event. */
  reference?: string;
}

/** A step that is due. */
export interface DueStep extends StepRef {
  user?: string;
  group?: string;
  dueAt: Millis;
  /** End of the window, exclusive. */
  windowEndsAt: Millis;
  /** Complete request for `recommend`: recipient, candidates, count, objective, repeats, channel, `step`; `now` is the requested time, or `dueAt` if later. */
  request: RecommendRequest;
}

/** The request of `dueSteps`. */
export interface DueStepsRequest {
  now: Millis;
  /** Also steps that come due up to this moment, itself included, if nothing else happens. Default: `now`. */
  until?: Millis;
  /** Only this user. */
  user?: string;
  /** Only this group: the group itself and its members within it. */
  group?: string;
  /** Only these journeys. Default: all. */
  journeys?: readonly string[];
}

/** The state of a step in one entry. `waiting`: not yet due, or due but held back by its conditions or audience. */
export type StepState = 'waiting' | 'due' | 'sent' | 'missed' | 'superseded' | 'skipped' | 'exited';

/** Progress of one subject in one entry of a journey. */
export interface JourneyStatus {
  enteredAt: Millis;
  /** With `perReference`. */
  reference?: string;
  /** For journeys of members: the group. */
  group?: string;
  /** Absent while the entry is active. `at` is absent where the time is not known. */
  exited?: { reason: 'exit-condition' | 'reentered' | 'expired' | 'left-group' | 'opted-out'; at?: Millis };
  /** All steps, in the order of the journey. */
  steps: {
    id: string;
    dueAt?: Millis;
    windowEndsAt?: Millis;
    state: StepState;
    /** Time of the send. */
    sentAt?: Millis;
    /** The reason if it is held back, was skipped or missed its window: a silence rule, `no-candidates`, `no-cycle`, `before-entry`, `not-attempted`. */
    rule?: string;
  }[];
}

/* ------------------------------------------------------------------------------------------------------- inspection */

/** Request for a profile: of a user, or of a group. */
export type ProfileRequest = UserProfileRequest | GroupProfileRequest;

/** Request for a user's profile. */
export interface UserProfileRequest extends ProfileSettings {
  user: string;
  /** Refused together with a user. */
  group?: string | undefined;
}

/** Request for a group's profile. */
export interface GroupProfileRequest extends ProfileSettings {
  group: string;
  /** Refused together with a group. */
  user?: string | undefined;
}

/** Fields of a request for a profile in addition to its subject. */
export interface ProfileSettings {
  /** Time to which sums decay. */
  now: Millis;
  /** Maximum number of affinities and of items listed. Default 100. */
  limit?: number;
}

/** State kept for one subject. */
export interface Profile<UserData = unknown> {
  /** Subject of the profile. */
  subject: Subject;
  /** The user's record, if put. */
  user?: User<UserData>;
  /** The group's record, if put. */
  group?: Group;
  /** True if decisions may use the user's behaviour; absent for groups. */
  personalised?: boolean;
  /** Facets blocked by `blockFacet`; absent if there are none. */
  blocked?: string[];
  /** True if the subject has no history. */
  coldStart: boolean;
  /** Tier of the user. Absent for groups, for users who opted out of profiling, and before the first `setOperations`. */
  tier?: string;
  /** Decayed number of active days. Present with `tier`. */
  activityScore?: number;
  /** Decayed sum of `value`. Present with `tier`. */
  valueScore?: number;
  /** Time at which the tier changes if nothing happens. Absent if it never does. */
  tierEndsAt?: Millis;
  /** Number of interactions by kind. */
  kinds: Record<string, number>;
  /** Total number of affinities. */
  affinityCount: number;
  /** Affinity per facet and kind, strongest first: decayed sums at the short and the long half-life. */
  affinity: { facet: string; kind: string; short: number; long: number }[];
  /** Total number of pairs of item and kind. */
  itemCount: number;
  /** Interactions per item and kind, latest first, including items that are no longer eligible. */
  items: { item: string; kind: string; count: number; last: Millis }[];
  /** Latest interactions with items as observed, oldest first. */
  recent: Interaction[];
  /** Latest interactions without an item (joined, ordered, …), oldest first. */
  milestones: Interaction[];
  /** Number of sendings to the subject. */
  receivedCount: number;
  /** Latest `limit` sendings to the subject, oldest first. */
  received: { item: string; at: Millis }[];
}

/** Item similar to another. */
export interface Similar {
  /** Item id. */
  item: string;
  /** Shrunk cosine of the sets of subjects who liked each item, 0–1. */
  similarity: number;
  /** Number of subjects with likes of both. */
  together: number;
  /** Cosine of the facets, 0–1. */
  alike: number;
}

/** Sizes of the state. */
export interface Stats {
  /** Items in the library. */
  items: number;
  /** Users named in any record or interaction. */
  users: number;
  /** Groups named in any record or interaction. */
  groups: number;
  /** Channels named in any record or interaction. */
  channels: number;
  /** Facets that occurred. */
  facets: number;
  /** Interactions set aside because their time is more than `config.maxAheadMs` after the trusted time. */
  ahead: number;
  /**
   * Sign of manipulation: an item with 20 or more interactions in the day before the trusted time, at least half of
   * them by one user; of several such items, the one repeated most. Repetitions of a user within a day count once as
   * demand, so rankings are not affected.
   */
  repeated?: { item: string; interactions: number; users: number; ofOneUser: number };
  /** Name of the model. */
  model: string;
  /** Bytes of the module's memory held by this recommender. */
  bytes: number;
  /** Bytes it may hold: `maxBytes`, or the maximum of the module's memory (about 4 GiB). */
  maxBytes: number;
  /**
   * Memory in use, of this recommender or of all together, whichever is fuller, including reserves for answers and
   * snapshots: `half` from 50 %, `high` from 75 %, `critical` from 90 %. At 100 % calls that need more are refused with
   * the code `memory`.
   */
  memory: 'ok' | 'half' | 'high' | 'critical';
}

/** Result of putting records. */
export interface PutReport {
  /** Records put, new or replaced. */
  put: number;
}

/** Result of putting items. */
export interface PutItemsReport extends PutReport {
  /** Words dropped because an item had more than 256. */
  termsLeftOut: number;
  /** Items with a time before the year 2000, if any: probably seconds given as milliseconds. */
  early?: number;
}

/** New values of some fields of a record. A field that is not given stays; `null` removes one. */
export type Patch<T extends { id: string }> = { id: string } & { [Field in Exclude<keyof T, 'id'>]?: T[Field] | null };
/** New values of some fields of an item; see {@link Recommender.patchItems}. */
export type ItemPatch = Patch<Item>;
/** New values of some fields of a user; see {@link Recommender.patchUsers}. */
export type UserPatch = Patch<User>;
/** New values of some fields of a group; see {@link Recommender.patchGroups}. */
export type GroupPatch = Patch<Group>;

/** Result of patching records. */
export interface PatchReport {
  /** Records patched. */
  patched: number;
  /** Ids without a record: nothing was changed for them. */
  unknown: string[];
}

/** Result of observing many interactions. */
export interface ObserveReport {
  /** Interactions added. */
  observed: number;
  /** Interactions ignored because their id was known. */
  duplicates: number;
  /** Interactions set aside until their time, of all given: more than `config.maxAheadMs` after the trusted time. */
  ahead: number;
  /** Interactions with a time before the year 2000, of all given, if any: probably seconds given as milliseconds. */
  early?: number;
}

/** Options of a change, and of requests without a time. */
export interface ChangeOptions {
  /**
   * The host's time. Without it and without a `clock`, the latest `now` of a request is the trusted time; before the
   * first request there is none, and no interaction is ahead of it.
   */
  now?: Millis;
}

/** Option for a clock. */
export interface ClockOption {
  /** Returns the host's time in milliseconds; called with each change. `Date.now` in a live host. */
  clock?: (() => Millis) | undefined;
}

/* -------------------------------------------------------------------------------------------------- the recommender */

/** Initial state of a recommender; every field is optional. */
export interface World<ItemData = unknown, UserData = unknown> extends ClockOption {
  items?: readonly Item<ItemData>[];
  users?: readonly User<UserData>[];
  groups?: readonly Group[];
  channels?: readonly Channel[];
  interactions?: readonly Interaction[] | InteractionColumns;
  config?: Config;
  /** Model made by `fit`. Default: the shipped weights. */
  model?: Uint8Array | ArrayBuffer | ArrayBufferView;
  /** Memory limit; see {@link Limits}. */
  maxBytes?: number;
}

/** Limits on this machine; not part of the state and without influence on decisions. */
export interface Limits {
  /**
   * Memory the recommender may hold, in bytes, at least 16777216 (16 MiB). Default: the maximum of the module's memory.
   * More than half is reserved for answers and snapshots. A call that needs more is refused with the code `memory` and
   * changes nothing.
   */
  maxBytes?: number;
}

/**
 * Forms in which a host may have a WebAssembly module: compiled (`WebAssembly.Module`), its bytes, the `Response` with
 * its bytes, its address, or a promise of one of these.
 */
export type ModuleSource = AvailableModule | PromiseLike<AvailableModule>;
/** An answer with a module's bytes, such as a `Response`. */
export interface ModuleResponse {
  readonly ok: boolean;
  readonly status: number;
  /** Reads the bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}
/** A module, or its address. */
export type AvailableModule = string | { readonly href: string } | ModuleResponse | ArrayBuffer | ArrayBufferView | object;

/**
 * Loads the module from the host's source, before the first recommender: for bundles that lack the file, for workerd,
 * edge functions and mini-programs. Without this call the entry finds and loads it; `nextpick/slim` finds none by
 * itself. Has no effect once a module is loaded.
 * @example
 * await init(new URL('./assets/nextpick_bg.wasm', import.meta.url));
 * @throws NextpickError `load` if it cannot be fetched, compiled or started, naming the address, the status or the
 *   directive of a Content-Security-Policy; `init` may then be called again. `invalid` for a value of another type.
 */
export function init(module: ModuleSource): Promise<void>;

/**
 * Makes a recommender. Loads the module at the first call; methods are synchronous. The type parameters are those of the
 * `data` of items and users.
 * @example
 * const rec = await createRecommender<{ cover: string }>({ items: [{ id: 'tea', tags: ['drinks'], data: { cover: '/tea.jpg' } }] });
 * const { picks } = rec.recommend({ user: 'u1', now: Date.now() });
 * console.log(picks[0]?.data?.cover);
 */
export function createRecommender<ItemData = unknown, UserData = unknown>(world?: World<ItemData, UserData>): Promise<Recommender<ItemData, UserData>>;

/**
 * Restores a recommender from a snapshot, with its configuration: it decides exactly as the one saved.
 * @example
 * const copy = await loadRecommender(rec.toSnapshot());
 * @throws NextpickError `snapshot` if the bytes are truncated, altered, or of another version.
 */
export function loadRecommender<ItemData = unknown, UserData = unknown>(
  snapshot: Uint8Array | ArrayBuffer | ArrayBufferView,
  options?: ClockOption & Limits,
): Promise<Recommender<ItemData, UserData>>;

/** Keeps items, subjects and interactions, and decides which items come next. */
export class Recommender<ItemData = unknown, UserData = unknown> {
  private constructor();

  /** Puts items; each replaces the one of the same id and keeps its statistics. */
  putItems(items: readonly Item<ItemData>[] | Item<ItemData>): PutItemsReport;
  /** Puts users; each replaces the one of the same id. */
  putUsers(users: readonly User<UserData>[] | User<UserData>): PutReport;
  /** Puts groups; each replaces the one of the same id. */
  putGroups(groups: readonly Group[] | Group): PutReport;
  /**
   * Changes single fields of items, all of them or none. The record that results is checked as `putItems` checks one.
   * Terms follow title and text: if an item was put with a text, which is not kept, a patch of `title` must give `text`
   * too. `facets` are replaced as a whole, but for terms.
   * @throws NextpickError with the path of the field; `invalid` if an id is given twice.
   */
  patchItems(patches: readonly ItemPatch[] | ItemPatch): PatchReport;
  /** Changes single fields of users, as {@link Recommender.patchItems}. */
  patchUsers(patches: readonly UserPatch[] | UserPatch): PatchReport;
  /** Changes single fields of groups, as {@link Recommender.patchItems}. `members` are replaced as a whole. */
  patchGroups(patches: readonly GroupPatch[] | GroupPatch): PatchReport;
  /**
   * Appends a user to a group's members, with `at` as `joinedAt`. Creates the group if it is unknown. The cost does not
   * depend on the number of members. Returns false, and changes nothing, if the user is already a member.
   */
  join(joining: { group: string; user: string; at: Millis }): boolean;
  /** Removes a user from a group's members. Returns false if the user is not a member. */
  leave(leaving: { group: string; user: string }): boolean;
  /**
   * Renames a group: record, members, interactions, sendings, and the audiences and quiet hours that name it. If `to`
   * exists, it is merged: histories are added, and records are united. Returns false, and changes nothing, if `from` is
   * unknown.
   * @throws NextpickError `invalid`, path `moving.to.…`, if the two records contradict each other.
   */
  moveGroup(moving: { from: string; to: string }): boolean;
  /** Puts channels; each replaces the one of the same id. */
  putChannels(channels: readonly Channel[] | Channel): PutReport;
  /** Removes items from the library; their statistics stay. Returns the number of items removed. */
  removeItems(ids: readonly string[] | string): number;

  /**
   * Removes the records of groups with their members; interactions and sendings in them stay. Returns the number of
   * groups removed.
   */
  removeGroups(ids: readonly string[] | string): number;

  /**
   * Returns all items of the library, eligible or not. Instead of `text`, its words are returned under `facets.term`.
   */
  items(): Item<ItemData>[];
  /** Returns all users that were put. */
  users(): User<UserData>[];
  /** Returns all groups that were put. */
  groups(): Group[];
  /** Returns all channels that were put. */
  channels(): Channel[];
  /** Returns the ids of all users named anywhere, with or without a record. */
  userIds(): string[];
  /** Returns the ids of all groups named anywhere, with or without a record. */
  groupIds(): string[];
  /**
   * Returns the ids of all items named anywhere, with or without a record. An item's number, as `recommendInto` writes
   * it, is its place in this list; items named later come after the others.
   */
  itemIds(): string[];
  /**
   * Returns the number of each user, for `recommendInto`; -1 for an id that was never named. Numbers hold as long as this
   * recommender: one read from a snapshot, or merged with others, may have other numbers.
   */
  userNumbers(ids: readonly string[]): Int32Array;
  /** Returns the item with this id, or `undefined`. */
  item(id: string): Item<ItemData> | undefined;
  /** Returns the user with this id, or `undefined` if none was put. */
  user(id: string): User<UserData> | undefined;
  /** Returns the group with this id, or `undefined` if none was put. */
  group(id: string): Group | undefined;
  /** Returns the channel with this id, or `undefined` if none was put. */
  channel(id: string): Channel | undefined;

  /**
   * Adds an interaction. Returns false if its id is known. The order of calls does not matter: a decision at `now` uses
   * interactions up to `now` only.
   * @throws NextpickError `limit` if more than 32,768 interactions lie ahead of the trusted time.
   */
  observe(interaction: Interaction, options?: ChangeOptions): boolean;
  /** Adds interactions. All are validated before any counts. */
  observeAll(interactions: readonly Interaction[], options?: ChangeOptions): ObserveReport;
  /** Adds interactions from columns: the fast input for big logs. All are validated before any counts. */
  observeColumns(columns: InteractionColumns, options?: ChangeOptions): ObserveReport;

  /**
   * Decides which items come next. Has no side effects: repeating a request gives the same decision with the same id.
   */
  recommend(request: RecommendRequest, options?: RecommendOptions): Decision<ItemData>;
  /** Decides as `recommend` does, from JSON text to JSON text: for pipes, which only pass it on. */
  recommendText(request: string, options?: RecommendOptions): string;
  /**
   * Decides many requests over the same state, each from JSON text to JSON text. An invalid request gets its error in
   * place of a decision.
   */
  recommendTexts(requests: readonly string[], options?: RecommendOptions): (string | NextpickError)[];
  /**
   * Decides many requests over the same state: the decisions are those of `recommend`, and users of one moment and
   * objective take several times less time than one by one. The first invalid request throws; its path begins with `requests[i]`.
   */
  recommendAll(requests: readonly RecommendRequest[], options?: RecommendOptions): Decision<ItemData>[];
  /**
   * Decides for many users at one moment, from numbers to numbers: for hosts that keep typed arrays and need neither
   * reasons nor decisions to accept. Writes `count` item numbers and scores a user, in the order of `users`; empty slots
   * get -1 and the score 0. Each slate is that of `recommend({ user, now, count })`. An error writes nothing.
   * @param users Numbers from `userNumbers`.
   * @param now Time of the decisions, milliseconds since 1970.
   * @param count Slots a user, 1 to 1000.
   * @param items Item numbers are written here: at least users × count elements. Elements after them are left as they are.
   * @param scores Scores are written here, in the same places.
   * @throws NextpickError `invalid` for a number that is no user's, such as -1, or a list that is too short.
   */
  recommendInto(users: Int32Array, now: number, count: number, items: Int32Array, scores: Float64Array): void;
  /**
   * Explains where one item stands in the decision of a request: its place among all eligible items, its score with
   * reasons, and its difference to the first pick; or the first rule that refuses it, and until when. Changes nothing.
   * @throws NextpickError `unknown` for an item id that was never named.
   */
  explainItem(request: RecommendRequest, item: string): ItemExplanation;
  /**
   * Counts the items refused for a request by the first rule that refuses them, and lists a page of the items that one
   * rule refuses. Scores nothing, and changes nothing. `recommend` with `explain` lists all of them at once.
   */
  refusals(request: RecommendRequest, page?: RefusalPage): Refusals;
  /**
   * Returns the probability of every eligible item for the next slot. Changes nothing.
   * @param placed Items of the earlier slots, in order; the probabilities are conditional on them. Default: none.
   * @throws NextpickError `unknown` if a placed item is not eligible; `invalid` if one is placed twice, or as many as the
   *   request has slots.
   */
  propensities(request: RecommendRequest, placed?: readonly string[]): Propensities;
  /**
   * Records that a decision was sent; caps and cadence count accepted decisions. A step of a journey is accepted at most
   * once per entry.
   */
  accept(decision: Decision | Sent, options?: AcceptOptions): Acceptance;
  /**
   * Replaces the operations as a whole. They are validated first; an error changes nothing. They take effect at once and
   * nothing is learned again. `{}` gives the default tiers.
   */
  setOperations(operations: Operations): void;
  /** Returns the operations as given; `null` before the first `setOperations`. */
  operations(): Operations | null;
  /**
   * Counts users per tier, of one group or of all; with `since`, also how many moved between tiers. Both moments are
   * computed from the same interactions, without those after them.
   */
  tierReport(request: TierReportRequest): TierReport;
  /**
   * Returns sends, interactions, validity and restrictions of each item of the library, or of the items that a filter
   * selects.
   */
  contentStatus(request: { now: Millis; items?: ItemFilter }): ContentStatus[];
  /**
   * Returns the steps of journeys that are due: highest priority first, then earliest `dueAt`, then by user, group,
   * journey, step and reference. Changes nothing.
   * @throws NextpickError `unknown` if a journey is not in the operations.
   */
  dueSteps(request: DueStepsRequest): DueStep[];
  /**
   * Returns the entries of one subject in one journey, step by step, with reasons: the latest first, and those it
   * replaced back to 400 days. Without `group`, journeys of members are listed for each group of the user.
   * @throws NextpickError `unknown` if the journey is not in the operations, `missing` without the subject it is for.
   */
  journeyStatus(request: { journey: string; user?: string; group?: string; now: Millis }): JourneyStatus[];
  /**
   * Reserves a decision that another system or person will send, such as a mass message that staff must
   * confirm: until `until` it counts for caps, cadence and repeats like one that was sent, and its step as sent. The
   * decision's time may be later than the present; within cadence it counts in the period of its own time. Follow with
   * `confirm` or `release`. Once the reservation has lapsed its step may come due again: let it last until nobody can
   * send the message any more.
   * @param until End of the reservation, after the decision's time, by at most 31 days.
   * @throws NextpickError `invalid` if `until` is out of range.
   */
  reserve(decision: Decision | Sent, until: Millis, options?: ChangeOptions): Acceptance;
  /**
   * Records that a reserved decision was sent at `at`, also after its reservation lapsed: the sending is a fact, so no
   * cap is checked. Lapsed reservations are recognised for 90 days.
   */
  confirm(decision: string, at: Millis, options?: ChangeOptions): Acceptance;
  /**
   * Returns an accepted decision while it is kept: not released, and at most 90 days old. Its subject is the user, or
   * the group if the group was addressed as one. Returns `undefined` for any other.
   */
  decision(id: string): Sent | undefined;
  /**
   * Revokes the acceptance or the reservation of a decision that certainly was not delivered: it no longer counts for
   * caps, cadence or repeats, and may be accepted or reserved again. Returns false if it is not kept: neither accepted
   * nor reserved, already released, or older than 90 days.
   */
  release(decision: string): boolean;
  /**
   * Updates all derived state, so that the next request is fast: after a big log or after loading. Changes no answer.
   * Opening a store does it.
   */
  prepare(): void;
  /**
   * Sets the number of log entries that the state has applied, which later decisions carry as `logPosition`. A durable
   * recommender does it. Changes nothing else.
   * @throws NextpickError `invalid` unless it is a whole number from 0.
   */
  setLogPosition(entries: number): void;
  /**
   * Returns the trusted time: the latest `now` of a request or a change, or of the `clock`; `undefined` before the
   * first.
   */
  trustedTime(): Millis | undefined;

  /**
   * Switches a user's personalisation off or on, with immediate effect. While it is off, decisions for the user use
   * only caps, cadence and earlier sendings, and carry `personalised: false`; the user's interactions are removed from
   * all shared aggregates: demand, rates, neighbours, their groups' histories and aggregation. It outlasts `putUsers`.
   * Switching it on restores them.
   * @throws NextpickError `invalid` or `limit` if `user` is not an id.
   */
  setPersonalised(user: string, on: boolean): void;
  /**
   * Removes a facet such as `tag:tea` from a user: interactions up to `at` (milliseconds) no longer count for it, and
   * it is dropped from the user's record, now and in later ones. Later interactions count.
   */
  removeFacet(user: string, facet: string, at: number): void;
  /**
   * Blocks a facet for a user, independently of later interactions and `putUsers`: it counts neither in ranking nor for audiences.
   */
  blockFacet(user: string, facet: string): void;
  /** Unblocks a blocked facet. */
  unblockFacet(user: string, facet: string): void;
  /**
   * Removes the interactions before a time, as if they had never been observed. The next request recomputes the derived
   * state, which takes as long as the first request after loading (some µs per interaction). Ids of removed
   * interactions may still be refused as duplicates. Sendings stay, because caps count them.
   * @param before Milliseconds; at most the trusted time.
   * @returns The number of interactions removed.
   * @throws NextpickError `invalid` for a time after the trusted time.
   */
  expire(before: Millis): number;
  /**
   * Deletes a user: interactions, record, sendings, their part in all shared aggregates, and their id wherever it
   * occurs (records, groups' members, items' audiences, `target` of others' invitations). `data` of other records stays
   * unchanged. A fitted model stays until the next fit. Total caps still count the sendings, without the user's id.
   * @returns True if the user was known.
   */
  forget(user: string): boolean;

  /** Returns the state kept for a user or group. An unknown one has an empty profile with `coldStart: true`. */
  profile(request: ProfileRequest): Profile<UserData>;
  /**
   * Lists the items most similar to one: by subjects with likes of both, then by facets. The list is for display: items
   * that may be shown to no recipient at that time are omitted (hidden, not in the library, not yet published or
   * started, expired, or with a full total cap). Audiences are ignored, because the list has no recipient.
   * @param count 1–10000. Default 10.
   * @param options `now`: the host's time. Default: that of the `clock`, else the trusted time; before the first, every
   *   item with an `expiresAt` counts as expired.
   * @throws NextpickError `unknown` if the item was never named.
   */
  similar(item: string, count?: number, options?: ChangeOptions): Similar[];

  /**
   * Uses this model from now on, as made by `fit` or returned by `model()`. Kinds, features and items are matched by
   * name.
   * @throws NextpickError `snapshot` if the bytes are truncated, altered, or of another version; `unknown`, naming it,
   *   if this version lacks a feature. Nothing changes then.
   */
  useModel(model: Uint8Array | ArrayBuffer | ArrayBufferView): void;
  /** Returns the fitted model in use, or `undefined` with the shipped weights. */
  model(): Uint8Array | undefined;

  /**
   * Returns the complete state with its model as bytes, for `loadRecommender` and `merge`. The same state gives the
   * same bytes.
   */
  toSnapshot(): Uint8Array;
  /**
   * Adds the records and memory of another recommender. Kinds and half-lives must be equal, users and interactions
   * disjoint; of records that both have, the snapshot's wins; the model stays.
   */
  merge(snapshot: Uint8Array | ArrayBuffer | ArrayBufferView): void;
  /** Returns the configuration as given, or `null` if none was. */
  config(): Config | null;
  /**
   * Returns the configuration in effect: the one given, with defaults filled in. Another recommender given it decides
   * alike.
   */
  effectiveConfig(): EffectiveConfig;
  /** Returns sizes of the state, memory use and warnings. */
  stats(): Stats;

  /** Frees the memory. Every later call throws `disposed`. A second call does nothing. */
  dispose(): void;
  /** Frees the memory, for `using`. */
  [Symbol.dispose](): void;
}

/**
 * Converts interactions to columns, for `observeColumns` and the evaluations. Only `user group item kind at value` are
 * kept.
 * @example
 * rec.observeColumns(toColumns(interactions));
 * @param options `timeless`: an absent `at` is 0 (for `evaluateCases` only).
 */
export function toColumns(interactions: Iterable<Interaction>, options?: { timeless?: boolean }): InteractionColumns;

/* ---------------------------------------------------------------------------------------------------------- storage */

export * from './store/index.js';

/* ----------------------------------------------------------------------------------------------------------- errors */

/**
 * Codes of errors. `invalid`: a wrong type or a broken rule. `missing`: a required field is absent. `unknown-field`: a
 * field that the contract does not define. `limit`: a stated limit is exceeded. `unknown`: a name that must be known
 * before. `snapshot`: the bytes are no valid snapshot or model. `memory`: the call needs more memory than is left; it
 * changed nothing. `disposed`: the recommender was disposed. `broken`: the module failed and refuses further calls;
 * start a new process, page or worker. `load`: the module could not be fetched or compiled (the message names the address, the status or the directive of a Content-Security-Policy); the next call tries again.
 * `not-finite`: a decision would contain a number that is not finite; no input is known to cause it, please report it.
 * Codes of stores: `locked`: another process has it open. `damaged`: data on disk is lost or altered. `store`: it could not
 * be written or not be read.
 */
export type NextpickErrorCode =
  | 'invalid' | 'missing' | 'unknown-field' | 'limit' | 'unknown' | 'snapshot' | 'memory' | 'disposed' | 'broken' | 'load' | 'locked' | 'damaged' | 'store' | 'not-finite';

/** Error of the caller, or the failure of an instance: `items[3].tags: expected at most 256 facets, got 300`. */
export class NextpickError extends Error {
  /**
   * Makes an error, for stores and adapters of your own.
   * @param details The place, the expected and the found value, and the cause; each is optional.
   */
  constructor(code: string, message: string, details?: { path?: string; rule?: string; value?: string; cause?: unknown });
  readonly name: 'NextpickError';
  /** Stable code, for branching. */
  readonly code: NextpickErrorCode | (string & {});
  /** Path of the value: `items[3].tags`, `request.now`, `config.halfLives.shortDays`. Empty if there is none. */
  readonly path: string;
  /** Expected value, in words. */
  readonly rule: string;
  /** Value found, shortened. */
  readonly value: string;
}

/* ------------------------------------------------------------------------------------------------------ evaluations */

/** Options of all evaluations. They rank by greedy utility, without caps, audience, fatigue or diversity. */
export interface EvaluateOptions {
  /** Objective to rank by. Default: the default objective. */
  objective?: string | Readonly<Record<string, number>>;
  /**
   * Families in use. Default: the configuration's, except that `evaluateReplay` omits `fatigue` (it shows nothing),
   * `evaluateCases` omits `fatigue trend freshness visit effects` and adds `contemporary repeat`, and
   * `evaluateImpressions` uses only `affinity context portrait effects rates terms`.
   */
  families?: readonly Family[];
  /** Number of bootstrap resamples of the subjects, for confidence intervals. Default 0: no intervals. */
  bootstrap?: number;
  /** Seed of resamples and other draws. Default 0. */
  seed?: number;
  /** Configuration. */
  config?: Config;
}

/** Input of `evaluateReplay`. */
export interface ReplayInput extends EvaluateOptions {
  items: readonly Item[];
  events: readonly Interaction[] | InteractionColumns;
  /** Accepted decisions, for showings without an impression in the log. Default: none. */
  sent?: readonly Sent[];
  /** Start of the predictions: interactions from this time on are predicted. */
  from: Millis;
  /** End of the predictions, inclusive. Default: the end of the log. */
  to?: Millis;
  /** Length of the ranked list, for `@k` metrics. Default 10. */
  k?: number;
  /**
   * End of the log to which a model is fitted before the replay. Answers to showings before it are not predicted.
   * Default: the shipped weights.
   */
  fitUntil?: Millis;
  /** Interval of refits in milliseconds, at least an hour. Default: one fit. Needs `fitUntil`. */
  refitEvery?: Millis;
}

/** Log of impressions as columns of equal length; integers are indices into the lists of names, −1 for none. */
export interface ImpressionColumns {
  users: readonly string[];
  items: readonly string[];
  channels: readonly string[];
  user: Int32Array;
  item: Int32Array;
  channel: Int32Array;
  at: Float64Array;
  /** Kinds observed as outcomes. */
  kinds: readonly string[];
  /** Outcomes, 0 or 1, row-major: `rows × kinds`. */
  outcomes: Uint8Array;
}

/** Input of `evaluateImpressions`. */
export interface ImpressionsInput extends EvaluateOptions {
  items: readonly Item[];
  log: ImpressionColumns;
  /** Start of the predictions. */
  from: Millis;
  /** End of the predictions, inclusive. Default: the end of the log. */
  to?: Millis;
  /** As in `ReplayInput`. */
  fitUntil?: Millis;
  /** As in `ReplayInput`. */
  refitEvery?: Millis;
}

/** One test case: a subject, the relevant items, and the candidates. */
export interface Case {
  user?: string;
  group?: string;
  relevant: readonly string[];
  candidates: readonly string[];
}

/** Input of `evaluateCases`. Events without `at` have no timestamp. */
export interface CasesInput extends EvaluateOptions {
  /** Items of the log. Default: ids without metadata. */
  items?: readonly Item[];
  events: readonly (Omit<Interaction, 'at'> & { at?: Millis })[] | InteractionColumns;
  groups?: readonly Group[];
  cases: readonly Case[];
  /** Length of the ranked list, for `@k` metrics. Default 5. */
  k?: number;
  /** True if weights are fitted to a held-out part of the log before the cases are ranked. Default true. */
  fit?: boolean;
}

/** Bounds of the central 95 % of the resamples. */
export type Interval = [low: number, high: number];

/** Metrics of a ranking: `hr@10`, `ndcg@10`, `mrr`, `recall@5`, … */
export interface RankingReport {
  /** Metrics of nextpick. */
  metrics: Record<string, number>;
  /** Intervals of these metrics and of `ratio`; only with `bootstrap`. */
  intervals?: Record<string, Interval>;
  /** Metrics of the baselines in the same run. */
  baselines: Record<string, Record<string, number>>;
  /** Number of predictions. */
  n: number;
  /** Number of users or groups predicted for. */
  subjects: number;
  /** Name of the baseline with the highest NDCG. */
  best: string;
  /** NDCG divided by that of the best baseline; absent if that is 0. */
  ratio?: number;
  /** Name of the model that ranked. */
  model: string;
  /** Families in use. */
  families: Family[];
  /** Interactions left out because they would reveal a case's answer; absent if none. */
  leftOut?: number;
  /** Interactions not predicted because their item is not in the library; absent if none. */
  notInLibrary?: number;
  /**
   * Metrics of predictions with little history: `newcomers`, with interactions on fewer than 5 items, and `newItems`,
   * with fewer than 5 interactions; of `organic` interactions, and of interactions that `answered` a showing. Each is
   * absent if it has no predictions, `organic` also if no interaction answered a showing.
   */
  cuts: { newcomers?: RankingCut; newItems?: RankingCut; organic?: RankingCut; answered?: RankingCut };
}

/** Metrics of a part of the predictions. */
export type RankingCut = Omit<RankingReport, 'cuts' | 'leftOut' | 'notInLibrary'>;

/** Metrics of the predicted probabilities of one kind. */
export interface KindFigures {
  /** Area under the ROC curve, 0–1; absent without both positives and negatives. */
  auc?: number;
  /** Mean −ln of the probability given to the outcome. */
  logloss: number;
  /** Expected calibration error over 10 bins of equal counts, 0–1. */
  ece: number;
  /**
   * Mean AUC of lists, 0–1, weighted by their impressions. A list has the impressions of one user on one day in the
   * operator's time zone. Unlike `auc`, it does not reward distinguishing users with many responses from users with
   * few. Absent without a list.
   */
  gauc?: number;
  /** Mean NDCG of the same lists, 0–1. Absent without a list. */
  ndcg?: number;
  /** Number of lists, each with at least one positive and one negative impression. */
  lists: number;
  /** Number of impressions. */
  n: number;
  /** Number of impressions with this outcome. */
  positives: number;
  /** Only with `bootstrap`. */
  intervals?: Record<string, Interval>;
}

/** Metrics per kind. */
export interface ImpressionsReport {
  /** Metrics by kind, in the order of the log's columns. */
  kinds: Record<string, KindFigures>;
  /** Number of impressions. */
  n: number;
  /** Number of users. */
  subjects: number;
  /** Name of the model that predicted. */
  model: string;
  /** Families in use. */
  families: Family[];
}

/**
 * Receives the progress of an evaluation or a fit from time to time. An error it throws is thrown at the end of an
 * evaluation.
 */
export type OnProgress = (done: number, total: number) => void;

/**
 * Replays a log in time order, predicting each interaction before learning from it. Blocks while it runs.
 *
 * An interaction that answers a showing is predicted from the state before that showing: the latest impression of the
 * item to the user within 7 days, else the latest accepted decision. On a log of pushes the operator's choice of items
 * determines most interactions: see `cuts`, and `replayInWords` of `nextpick/words`.
 * @example
 * const { metrics } = await evaluateReplay({ items, events: interactions, from: Date.UTC(2026, 2, 1) });
 * console.log(metrics['ndcg@10']);
 */
export function evaluateReplay(input: ReplayInput, onProgress?: OnProgress): Promise<RankingReport>;
/**
 * Predicts the probability of each kind before learning from each impression. Blocks while it runs.
 * @example
 * const report = await evaluateImpressions({ items, log: impressions, from: Date.UTC(2026, 2, 1) });
 */
export function evaluateImpressions(input: ImpressionsInput, onProgress?: OnProgress): Promise<ImpressionsReport>;
/**
 * Learns from a log and ranks the candidates of each case. Blocks while it runs.
 * @example
 * const report = await evaluateCases({ items, events: interactions, cases: await makeCases({ items, events: interactions }) });
 */
export function evaluateCases(input: CasesInput, onProgress?: OnProgress): Promise<RankingReport>;
/**
 * Makes cases from a log by the sampled protocol: each held-out item against 100 that the user never interacted with.
 * @example
 * const cases = await makeCases({ items, events: interactions, seed: 1 });
 */
export function makeCases(input: { items?: readonly Item[]; events: readonly Interaction[] | InteractionColumns; seed?: number }): Promise<Case[]>;

/* ---------------------------------------------------------------------------------------------------------- fitting */

/**
 * Input of `fit`: the records, and one log. With impressions, in the events or as a `log`, the model is fitted to
 * responses and its probabilities are calibrated. Without impressions, choices are compared with sampled negatives, and
 * only the ranking is learnt.
 */
export interface FitInput {
  items?: readonly Item[];
  users?: readonly User[];
  groups?: readonly Group[];
  channels?: readonly Channel[];
  /** Interactions; either this or `log`. */
  events?: readonly Interaction[] | InteractionColumns;
  /** Impressions and their outcomes. */
  log?: ImpressionColumns;
  /** Configuration under which the model will decide. */
  config?: Config;
  /** Families that get weights. Default: the configuration's. */
  families?: readonly Family[];
  /** Seed of negative sampling. Default 0. */
  seed?: number;
  /** End of the training log, exclusive. Default: none. */
  until?: Millis;
}

/** Options of a fit. */
export interface FitOptions {
  /**
   * Receives the number of interactions processed from time to time. It pauses at four fifths, where the holdout model
   * is fitted; the final fit follows the last call. An error it throws ends the fit.
   */
  onProgress?: OnProgress;
  /** Cancels the fit at any moment; `fit` then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * True to fit in a worker. `false` fits in the calling thread, which it blocks: for places that allow no worker
   * (pages under Trusted Types). A signal then has effect only before the fit begins. Default true, except where the
   * host has no workers (workerd, edge functions).
   */
  worker?: boolean;
}

/** Fit of one kind, for users or groups. */
export interface FittedKind {
  kind: string;
  of: 'users' | 'groups';
  /** Number of impressions. */
  shown: number;
  /** Number of responses to them. */
  came: number;
  /** Number of choices compared with negatives. */
  chosen: number;
  /** True if its outputs only rank and are not probabilities. */
  relative: boolean;
  /**
   * Share of the fitted weights that is used, 0–1; the rest is the shipped weights'. It is the largest of 0, 0.25, 0.5,
   * 0.75 and 1 that the holdout does not contradict by more than one standard error; for groups whose members were
   * shown items at most 0.25.
   */
  share: number;
  /**
   * Mean loss on the holdout (the last fifth of the log): with the shipped weights, their bias fitted, and with a fit
   * to the rest. Absent if the holdout has no examples.
   */
  loss?: { before: number; after: number };
  /**
   * Mean over the responses on the holdout of the probability that the item scores above one that the same subject was
   * shown and ignored, 0–1. Absent if no subject did both.
   */
  auc?: { before: number; after: number };
  /** Mean NDCG of the organic choices on the holdout among the items available, 0–1. Absent without choices. */
  ndcg?: { before: number; after: number };
  /** Expected calibration error on the holdout, 0–1; absent without impressions. */
  ece?: number;
  /** Predicted and observed rates on the holdout, in bins of equal counts; absent without impressions. */
  reliability?: { n: number; chance: number; happened: number }[];
  /** Intercept, in log-odds. */
  bias: number;
  /** Non-zero weights with their standard errors. `rates.item.effect` has 1, fixed, with the error 0, if the fit uses effects of items. */
  weights: { feature: string; weight: number; error: number }[];
}

/** Reason to distrust the fit of one kind. */
export interface FitWarning {
  kind: string;
  of: 'users' | 'groups';
  /** `few`: few outcomes; `shipped`: the holdout contradicts the fit, so shipped weights are used in part or alone. */
  code: 'few' | 'shipped';
  /** The reason in English. */
  message: string;
}

/** Result of a fit. */
export interface FitReport {
  /** Name of the model, carried by every decision made with it. */
  model: string;
  /** Number of examples fitted to. */
  examples: number;
  /** Sampling stride: every n-th example was kept to limit memory; 1 if all were. */
  oneOf: number;
  kinds: FittedKind[];
  /** Reasons to distrust the fit of a kind. */
  warnings: FitWarning[];
  /** Fitted group weight; absent if no group with members chose anything or was shown anything in the holdout. */
  groups?: FittedGroups;
}

/**
 * Group weight: the group's own history weighs `most · m / (m + halfAt)` against its members', where m is the group's
 * activity, a decayed sum in weights of kinds. A configured `groupHistory` takes precedence.
 */
export interface FittedGroups {
  /** Maximum weight of a group's own history, 0–1. Shipped: 0.95. */
  most: number;
  /** Activity at which half of it is reached. Shipped: 2. */
  halfAt: number;
  /** Number of choices of groups, and of items shown in groups that members responded to, fitted to. */
  heard: number;
  /**
   * Mean −ln of the probability of a choice: with the shipped weight, and cross-fitted on the other half of the
   * choices.
   */
  loss: { before: number; after: number };
}

/**
 * Fits weights to a log, in a worker with its own instance of the module: nothing blocks, and its memory is freed at
 * the end. A small log gives weights near the shipped ones, and warnings.
 * @example
 * const { model, report } = await fit({ items, events: interactions }, { onProgress: (done, total) => console.log(done / total) });
 * rec.useModel(model);
 * console.log(report.warnings.map(({ kind, message }) => [kind, message]));
 * @throws NextpickError `missing` if the log is empty; `broken` if the worker failed or could not be started, which
 *   affects nothing else.
 */
export function fit(input: FitInput, options?: FitOptions): Promise<{ model: Uint8Array; report: FitReport }>;
