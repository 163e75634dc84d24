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
  | 'affinity' | 'neighbours' | 'ease' | 'trend' | 'freshness' | 'visit' | 'terms' | 'fatigue' | 'context' | 'rates'
  | 'contemporary' | 'repeat';

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
  /** Publication time; the item is not eligible before it (`schedule.unpublished`). Default: unknown, and eligible. */
  publishedAt?: Millis;
  /** Start of eligibility (`schedule.not-started`). Default: none. */
  startsAt?: Millis;
  /** End of eligibility, exclusive (`schedule.expired`); after `startsAt`. Default: none. */
  expiresAt?: Millis;
  /** Subjects it may be shown to. Default: everybody. */
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
  /** Lifecycle classes. No class exists yet, so an audience that names a tier matches nobody. */
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

/** User who can be addressed. */
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
   * Probability of each item ∝ exp(score / (temperature × spread)); `temperature` 0.001–100, default 1. Work: 60 draws.
   */
  | { type: 'softmax'; temperature?: number }
  /**
   * The best of utilities drawn from their distributions (Thompson sampling): explores uncertain items, mostly new
   * ones. Propensities are estimated from `draws` draws (100–10,000, default 1,000). Work: `draws` draws.
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
  /** Aggregation for groups without one of their own. Default `average`. */
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
  /** Whether seen items may be picked again. Default `never`. */
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
   * Interactions beyond it are set aside: kept, counted in `stats().ahead`, and without effect until a request asks for
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

/** Request for a decision. Needs a user or a group; with both, it is a private message to a member of that group. */
/**
 * Occasion of a message: the operator sends unasked, the recipient asked, or the recipient has just joined or was just
 * added. Cadence and quiet hours count and restrict pushes only, unless a rule names other occasions; caps and repeats
 * count messages of every occasion.
 */
export type Occasion = 'push' | 'reply' | 'welcome';

export interface RecommendRequest {
  /** User addressed. An unknown user gets the neutral ranking and `coldStart: true`. */
  user?: string;
  /** Group addressed, or the one in which the user is addressed. */
  group?: string;
  /** Occasion of the message. Default `push`. */
  occasion?: Occasion;
  /** Time of the decision. */
  now: Millis;
  /**
   * Number of picks, 1–1000. Default 1.
   *
   * The work of a request is limited; one that exceeds a limit is refused with code `limit` before it begins. items ×
   * count × draws may be at most 500,000,000 (thompson: its `draws`; softmax: 60; others: none). For a group addressed
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
  /** Only these items are eligible. Default: all. */
  only?: readonly string[];
  /** Items to exclude. Default: none. */
  exclude?: readonly string[];
  /** Seed of policies that draw, 0–4294967295. Default 0. */
  seed?: number;
}

/** Options for the content of a decision. */
export interface RecommendOptions {
  /** True to list every excluded item with its rule. Default false. */
  explain?: boolean;
  /** True if picks carry their reasons. Default true. */
  reasons?: boolean;
}

/** Decision: the picks for a subject, with policy and reasons. Plain data: it may be stored and sent. */
export interface Decision<Data = unknown> {
  /** Digest of model, state and request: the same request in the same state has the same id. */
  id: string;
  /** Subject addressed. */
  subject: { user?: string; group?: string };
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
  /** Weight per kind of the objective. */
  objective: Record<string, number>;
  /** Policy that chose the picks. */
  policy: Policy;
  /** Name of the model; it changes with any weight. */
  model: string;
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
  /**
   * True if the propensity is estimated (`thompson`), with standard error √(p·(1 − p)/draws) and never 0; else absent.
   */
  propensityEstimated?: true;
  /** Probability of each kind, 0–1. */
  chances: Record<string, number>;
  /** True if `chances` only rank and are not calibrated probabilities. */
  relative: boolean;
  /** Attribution of the score: base first, then by absolute amount. Empty with `{ reasons: false }`. */
  reasons: Reason[];
  /** The item's `data`. */
  data?: Data;
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

/** Rules under which nothing is sent at all. */
export type SilenceRule = 'cadence.user' | 'cadence.group' | 'cadence.channel' | 'quiet-hours' | (string & {});

/** Fields of a decision that `accept` needs: a host need not keep more. */
export interface Sent {
  id: string;
  subject: { user?: string; group?: string };
  channel?: string;
  /** Default `push`. */
  occasion?: Occasion;
  at: Millis;
  /** At least one. `propensity` defaults to 1. */
  picks: readonly { item: string; propensity?: number }[];
}

/** Result of `accept`, `reserve` or `confirm`. */
export interface Acceptance {
  /** True if the decision now counts as sent; after `reserve`, as reserved. */
  accepted: boolean;
  /**
   * Rule that refused it: it was accepted before; it is so old that accepted decisions of its time are no longer kept;
   * its time is more than `config.maxAheadMs` after the trusted time; a total cap is full; it is already reserved; or
   * there is no reservation to confirm. Nothing was counted then.
   */
  rule?: 'already-accepted' | 'too-old' | 'ahead' | 'cap.total' | 'already-reserved' | 'not-reserved';
  /** Items with a full cap. */
  items?: string[];
}

/* ------------------------------------------------------------------------------------------------------- inspection */

/** Request for a profile. Exactly one of `user` and `group`. */
export interface ProfileRequest {
  user?: string;
  group?: string;
  /** Time to which sums decay. */
  now: Millis;
  /** Maximum number of affinities and of items listed. Default 100. */
  limit?: number;
}

/** State kept for one subject. */
export interface Profile {
  /** Subject of the profile. */
  subject: { user?: string; group?: string };
  /** The user's record, if put. */
  user?: User;
  /** The group's record, if put. */
  group?: Group;
  /** True if decisions may use the user's behaviour; absent for groups. */
  personalised?: boolean;
  /** Facets blocked by `blockFacet`; absent if there are none. */
  blocked?: string[];
  /** True if the subject has no history. */
  coldStart: boolean;
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
  /** Number of subjects who liked both. */
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

/** Options of a change, and of requests without a time of their own. */
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
export interface World extends ClockOption {
  items?: readonly Item[];
  users?: readonly User[];
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

/** Makes a recommender. Loads the module at the first call; methods are synchronous. */
export function createRecommender(world?: World): Promise<Recommender>;

/**
 * Restores a recommender from a snapshot, with its configuration: it decides exactly as the one saved.
 * @throws NextpickError `snapshot` if the bytes are truncated, altered, or of another version.
 */
export function loadRecommender(snapshot: Uint8Array | ArrayBuffer | ArrayBufferView, options?: ClockOption & Limits): Promise<Recommender>;

/** Keeps items, subjects and interactions, and decides which items come next. */
export class Recommender {
  private constructor();

  /** Puts items; each replaces the one of the same id and keeps its statistics. */
  putItems(items: readonly Item[] | Item): PutItemsReport;
  /** Puts users; each replaces the one of the same id. */
  putUsers(users: readonly User[] | User): PutReport;
  /** Puts groups; each replaces the one of the same id. */
  putGroups(groups: readonly Group[] | Group): PutReport;
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
   * Returns all items of the library, eligible or not. Instead of `text`, its words are returned under `facets.term`.
   */
  items(): Item[];
  /** Returns all users that were put. */
  users(): User[];
  /** Returns all groups that were put. */
  groups(): Group[];
  /** Returns all channels that were put. */
  channels(): Channel[];
  /** Returns the ids of all users named anywhere, with or without a record. */
  userIds(): string[];
  /** Returns the ids of all groups named anywhere, with or without a record. */
  groupIds(): string[];
  /** Returns the item with this id, or `undefined`. */
  item(id: string): Item | undefined;
  /** Returns the user with this id, or `undefined` if none was put. */
  user(id: string): User | undefined;
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
  recommend(request: RecommendRequest, options?: RecommendOptions): Decision;
  /** Decides as `recommend` does, from JSON text to JSON text: for pipes, which only pass it on. */
  recommendText(request: string, options?: RecommendOptions): string;
  /**
   * Decides many requests over the same state. The first invalid request throws; its path begins with `requests[i]`.
   */
  recommendAll(requests: readonly RecommendRequest[], options?: RecommendOptions): Decision[];
  /** Records that a decision was sent; caps and cadence count accepted decisions. */
  accept(decision: Decision | Sent, options?: ChangeOptions): Acceptance;
  /**
   * Reserves a decision that was handed over to be sent by somebody else, such as a mass message that staff must
   * confirm: until `until` it counts for caps, cadence and repeats like one that was sent. The decision's time may be
   * later than the present; within cadence it counts in the period of its own time. Follow with `confirm` or
   * `release`.
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
   * Blocks a facet for a user, whatever they do and `putUsers` says: it counts neither in ranking nor for audiences.
   */
  blockFacet(user: string, facet: string): void;
  /** Unblocks a blocked facet. */
  unblockFacet(user: string, facet: string): void;
  /**
   * Removes the interactions before a time, as if they had never been observed. The next request recomputes what they
   * affected, which takes as long as the first request after loading (some µs per interaction). Ids of removed
   * interactions may still be refused as duplicates. Sendings stay, because caps count them.
   * @param before Milliseconds; at most the trusted time.
   * @returns The number of interactions removed.
   * @throws NextpickError `invalid` for a time after the trusted time.
   */
  expire(before: Millis): number;
  /**
   * Deletes a user: interactions, record, sendings, their part in all shared aggregates, and their id wherever it
   * occurs (records, groups' members, items' audiences, `target` of others' invitations). `data` of other records stays
   * unchanged. A fitted model stays until the next fit. Total caps still count what was sent, without the user's id.
   * @returns True if the user was known.
   */
  forget(user: string): boolean;

  /** Returns the state kept for a user or group. An unknown one has an empty profile with `coldStart: true`. */
  profile(request: ProfileRequest): Profile;
  /**
   * Lists the items most similar to one: by subjects who liked both, then by facets. The list is for display: items
   * that nobody may be shown at that time are left out (hidden, not in the library, not yet published or started,
   * expired, or with a full total cap). Audiences are ignored, because the list has no recipient.
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
 * start a new process, page or worker. `load`: the module could not be fetched or compiled; the next call tries again.
 * `not-finite`: a decision would contain a number that is not finite; no input is known to cause it, please report it.
 * Codes of stores: `locked`: another process has it open. `damaged`: data on disk is lost or altered. `store`: it could not
 * be written or not be read.
 */
export type NextpickErrorCode =
  | 'invalid' | 'missing' | 'unknown-field' | 'limit' | 'unknown' | 'snapshot' | 'memory' | 'disposed' | 'broken' | 'load' | 'locked' | 'damaged' | 'store' | 'not-finite';

/** Error of the caller, or the failure of an instance: `items[3].tags: expected at most 256 facets, got 300`. */
export class NextpickError extends Error {
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
   * `evaluateCases` omits `fatigue trend freshness visit` and adds `contemporary repeat`, and `evaluateImpressions`
   * uses only `affinity context rates terms`.
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
  /** Start of the predictions. */
  from: Millis;
  /** End of the predictions, inclusive. Default: the end of the log. */
  to?: Millis;
  /** Length of the ranked list, for `@k` metrics. Default 10. */
  k?: number;
  /** End of the log to which a model is fitted before the replay. Default: the shipped weights. */
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
   * with fewer than 5 interactions. Each is absent if it has no predictions.
   */
  cuts: { newcomers?: RankingCut; newItems?: RankingCut };
}

/** Metrics of a part of the predictions. */
export type RankingCut = Omit<RankingReport, 'cuts'>;

/** Metrics of the predicted probabilities of one kind. */
export interface KindFigures {
  /** Area under the ROC curve, 0–1; absent without both positives and negatives. */
  auc?: number;
  /** Mean −ln of the probability given to the outcome. */
  logloss: number;
  /** Expected calibration error over 10 bins of equal counts, 0–1. */
  ece: number;
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

/** Replays a log in time order, predicting each interaction before learning from it. Blocks while it runs. */
export function evaluateReplay(input: ReplayInput, onProgress?: OnProgress): Promise<RankingReport>;
/** Predicts the probability of each kind before learning from each impression. Blocks while it runs. */
export function evaluateImpressions(input: ImpressionsInput, onProgress?: OnProgress): Promise<ImpressionsReport>;
/** Learns from a log and ranks the candidates of each case. Blocks while it runs. */
export function evaluateCases(input: CasesInput, onProgress?: OnProgress): Promise<RankingReport>;
/**
 * Makes cases from a log by the sampled protocol: each held-out item against 100 that the user never interacted with.
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

export interface FitOptions {
  /**
   * Receives the number of interactions processed from time to time. It pauses at four fifths, where the holdout model
   * is fitted; the final fit follows the last call. An error it throws ends the fit.
   */
  onProgress?: OnProgress;
  /** Cancels the fit at any moment; `fit` then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * True to fit in a worker. `false` fits in the calling thread, which it blocks, in the memory of its recommenders:
   * for places that allow no worker (service workers, pages under Trusted Types). A signal then has effect only before
   * the fit begins. Default true.
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
   * Mean loss on the holdout (the last fifth of the log): with the shipped weights, and with a fit to the rest. Absent
   * if the holdout has no examples.
   */
  loss?: { before: number; after: number };
  /** Expected calibration error on the holdout, 0–1; absent without impressions. */
  ece?: number;
  /** Predicted and observed rates on the holdout, in bins of equal counts; absent without impressions. */
  reliability?: { n: number; chance: number; happened: number }[];
  /** Intercept, in log-odds. */
  bias: number;
  /** Non-zero weights with their standard errors. */
  weights: { feature: string; weight: number; error: number }[];
  /** Reason to distrust the fit, in words. */
  warning?: string;
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
  /** Fitted group weight; absent if no group with members chose anything in the holdout. */
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
  /** Number of choices fitted to. */
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
 * @throws NextpickError `missing` if the log is empty; `broken` if the worker failed or could not be started, which
 *   affects nothing else.
 */
export function fit(input: FitInput, options?: FitOptions): Promise<{ model: Uint8Array; report: FitReport }>;
