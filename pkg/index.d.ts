/**
 * nextpick picks the next piece of content for a user or a group, and says exactly why.
 *
 * One `await` (`createRecommender` or `loadRecommender`), then everything is synchronous. Times are Unix milliseconds (UTC), ids are
 * strings of 1–256 bytes of UTF-8. No clock and no entropy inside: the same state and request give the same decision on every host.
 *
 * Every call may throw a {@link NextpickError}; a mistake changes nothing, and lists are checked whole before any of it counts.
 */

/** Milliseconds since 1970-01-01T00:00:00Z, whole, from -8.64e15 to the end of the year 2199 (7258118399999). */
export type Millis = number;

/** Names with weights in (0, 1]; a name merely listed weighs 1. At most 256 names of 1–256 bytes. */
export type Weighted = readonly string[] | Readonly<Record<string, number>>;

/** Free attributes: strings of at most 256 bytes, or finite numbers. At most 256. */
export type Attributes = Readonly<Record<string, string | number>>;

/** How members' utilities become a group's. Default `average`. */
export type Aggregation = 'average' | 'least-misery' | 'most-pleasure' | 'average-without-misery' | 'borda';

/** The kinds that ship; the host's own are any other string. */
export type ShippedKind = 'impression' | 'click' | 'like' | 'save' | 'comment' | 'share' | 'convert' | 'dismiss';

/** A kind of interaction. */
export type Kind = ShippedKind | (string & {});

/** The families of features. */
export type Family =
  | 'affinity' | 'neighbours' | 'ease' | 'trend' | 'freshness' | 'visit' | 'terms' | 'fatigue' | 'context' | 'rates'
  | 'contemporary' | 'repeat';

/* ------------------------------------------------------------------------------------------------ what the host tells */

/** One piece of content. */
export interface Item<Data = unknown> {
  /** Its id. Putting the same id again replaces the item. */
  id: string;
  /** What people see, at most 64 KiB; its words are facets (`term:…`) too. */
  title?: string;
  /** Its text, at most 64 KiB. Only its words are kept: the 256 heaviest of title and text. */
  text?: string;
  /** Tags. */
  tags?: Weighted;
  /**
   * The host's own namespaces: `{ region: ['south'] }` gives the facet `region:south`. `term` replaces the words of title and text;
   * what has a field of its own (`tag category format source lang stage play role duration`) is refused here.
   */
  facets?: Readonly<Record<string, Weighted>>;
  /** A path: `beauty/serum` counts for `beauty` too. */
  category?: string;
  /** `article`, `video`, `poster`, … */
  format?: string;
  /** Author, account or column. */
  source?: string;
  /** Its language. */
  lang?: string;
  /** The stage of the customer's way that it serves. */
  stage?: string;
  /** The fission play it is: group-buy, check-in, lottery, … */
  play?: string;
  /** Its product role: `traffic`, `hit`, `profit`, … */
  role?: string;
  /**
   * How long it takes to see or hear all of it, in milliseconds, 0 to 1e12. Pieces of about the same length (`duration:31-44s`, each class
   * √2 times as long as the one before) are judged together by what came of showing them. Default: unknown.
   */
  durationMs?: number;
  /** What a conversion on it sells. */
  products?: readonly string[];
  /** Worth of one conversion, 0 to 1e12. Default 1. */
  value?: number;
  /** When it came out; it is not eligible before (`schedule.unpublished`). Default: unknown, and eligible. */
  publishedAt?: Millis;
  /** From when it may be shown (`schedule.not-started`). Default: always. */
  startsAt?: Millis;
  /** From when it may no longer be shown (`schedule.expired`); after `startsAt`. Default: never. */
  expiresAt?: Millis;
  /** Whom it may be shown to. Default: everybody. */
  audience?: AudienceRule;
  /** How often it may be sent. Counts acceptances. Default: without limit. */
  caps?: readonly Cap[];
  /** Whether it comes first wherever it is eligible. Default false. */
  pinned?: boolean;
  /** Whether it is never shown. Default false. */
  hidden?: boolean;
  /** The host's own; given back untouched in recommendations. */
  data?: Data;
}

/** Lists of names. Within a list one entry suffices. No list may be empty. */
export interface Audience {
  /** Lifecycle classes. Nobody is in one yet, so an audience that names a tier refuses. */
  tiers?: readonly string[];
  /** Users by id. */
  users?: readonly string[];
  /** Groups by id. */
  groups?: readonly string[];
  /** Channels by id. */
  channels?: readonly string[];
  /** Purposes of groups. */
  purposes?: readonly string[];
  /** Tags of the user or the group. */
  tags?: readonly string[];
}

/** Every list given must be met, and none under `not` may be. */
export interface AudienceRule extends Audience {
  /** Those it is kept from. */
  not?: Audience;
}

/** At most `count` sendings of an item within `hours`. */
export interface Cap {
  /** How many, at least 1. */
  count: number;
  /** To the same user, to the same group, or in all. */
  per: 'user' | 'group' | 'total';
  /** Within how many hours before now, above 0. Default: ever. */
  hours?: number;
}

/** Someone who can be addressed. */
export interface User<Data = unknown> {
  /** Their id. */
  id: string;
  /** What the operator calls them; meets items' tags (`context.user`) and audiences. */
  tags?: Weighted;
  /** What is known of them; an attribute `region: 'south'` meets the facet `region:south`. */
  attributes?: Attributes;
  /** Since when they are here. */
  joinedAt?: Millis;
  /** Whether they allow decisions by their own behaviour; `false` once they said no by `setPersonalised`. Default true. */
  personalised?: boolean;
  /** The host's own; given back untouched. */
  data?: Data;
}

/** A group that can be addressed as one. */
export interface Group<Data = unknown> {
  /** Its id. */
  id: string;
  /** Who is in it, each once. */
  members?: readonly (string | Member)[];
  /** What the operator calls it. */
  tags?: Weighted;
  /** What is known of it. */
  attributes?: Attributes;
  /** What it is for; names its objective: `community notice benefit growth care`, or one of the configuration's. */
  purpose?: string;
  /** The channel through which one speaks there. */
  channel?: string;
  /** How members become one. Default: the configuration's. */
  aggregation?: Aggregation;
  /** The host's own; given back untouched. */
  data?: Data;
}

/** One who is in a group. */
export interface Member {
  /** The user's id. */
  user: string;
  /** Since when. */
  joinedAt?: Millis;
  /** As what: `owner`, `admin`, … */
  role?: string;
}

/** The account through which one speaks: WeCom, official account, mini-program. */
export interface Channel {
  /** Its id. */
  id: string;
  /** What the operator calls it. */
  tags?: Weighted;
  /** What is known of it. */
  attributes?: Attributes;
}

/** One thing that somebody did. Needs a user or a group. */
export interface Interaction<Data = unknown> {
  /** The host's id for it; the same id twice counts once. */
  id?: string;
  /** Who. */
  user?: string;
  /** In which group. */
  group?: string;
  /** With which item; absent for joined, ordered, checked in, invited. It need not be in the library (yet). */
  item?: string;
  /** What they did. A kind that nobody described is remembered and moves nothing. */
  kind: Kind;
  /** When. */
  at: Millis;
  /** What it was worth. */
  value?: number;
  /** The id of the decision it answers. */
  decision?: string;
  /** Through which channel. */
  channel?: string;
  /** At which place of a list, from 0, whole. */
  position?: number;
  /** Whom it concerned: whom they invited. */
  target?: string;
  /** Under what circumstances. */
  context?: Attributes;
  /** The host's own; given back untouched. */
  data?: Data;
}

/**
 * Interactions as columns of equal length: the fast way in for big logs. `toColumns` makes them.
 * Integers are places in the lists of names, −1 for none. Every row needs a kind, a time, and a user or a group.
 */
export interface InteractionColumns {
  /** Names of users, for `user`. */
  users?: readonly string[];
  /** Names of groups, for `group`. */
  groups?: readonly string[];
  /** Names of items, for `item`. */
  items?: readonly string[];
  /** Names of kinds, for `kind`. */
  kinds: readonly string[];
  /** Who. */
  user?: Int32Array;
  /** In which group. */
  group?: Int32Array;
  /** With which item. */
  item?: Int32Array;
  /** What they did. */
  kind: Int32Array;
  /** When. */
  at: Float64Array;
  /** What it was worth; NaN for none. */
  value?: Float64Array;
}

/* ------------------------------------------------------------------------------------------------------- configuration */

/** What one kind of interaction means. What is not given keeps the shipped meaning, or 0 and false. */
export interface KindMeaning {
  /** Its worth in the default objective and its strength as a sign of liking, −1000 to 1000; negative for dislike. */
  weight?: number;
  /** Whether it says that the item was liked: it counts for neighbours and trends. */
  positive?: boolean;
  /** Whether its item counts as seen afterwards. */
  marksSeen?: boolean;
  /** Whether it is a showing. */
  isExposure?: boolean;
  /** Whether its chance is worth the item's `value`. */
  usesValue?: boolean;
}

/** How one chooses among what may be shown. */
export type Policy =
  /** The best, always. The default. */
  | { type: 'greedy' }
  /** With probability `epsilon` (0–1, default 0.1) any, each alike; else the best. */
  | { type: 'epsilon-greedy'; epsilon?: number }
  /** Each with probability ∝ exp(score / (temperature × spread)); `temperature` 0.001–100, default 1. Work: 60 draws. */
  | { type: 'softmax'; temperature?: number }
  /**
   * The best of utilities drawn as one is unsure of them: a new item is tried, one shown often no longer.
   * Propensities are estimated from `draws` draws (100–10,000, default 1,000). Work: `draws` draws.
   */
  | { type: 'thompson'; draws?: number };

/** At most `count` messages per user, group or channel within a stretch of time. Counts acceptances. */
export interface CadenceRule {
  /** Over what one counts. */
  per: 'user' | 'group' | 'channel';
  /** How many, at least 1; `daysInMonth` (with `every: 'month'`): as many as the operator's month has days. */
  count: number | 'daysInMonth';
  /** Within the last hour, the operator's day, week (from Monday) or month, or so many last hours. */
  every: 'hour' | 'day' | 'week' | 'month' | { hours: number };
  /** Only for messages through this channel. */
  channel?: string;
}

/** Nothing is sent from `from` to before `to`, to whom all of the rest fits. */
export interface QuietHours {
  /** `HH:MM` on the operator's clock. */
  from: string;
  /** `HH:MM`; past midnight if it is the earlier one. */
  to: string;
  /** Only for users in private, or only for groups. */
  per?: 'user' | 'group';
  /** Only through this channel. */
  channel?: string;
  /** Only to this group, and to users within it. */
  group?: string;
  /** Only to this user. */
  user?: string;
}

/** The configuration; all of it is optional. Fields that are not known are refused. */
export interface Config {
  /** Meanings of kinds, laid over the shipped ones (impression 0, click 1, like 2, save 3, comment 4, share 5, convert 10, dismiss −5). */
  kinds?: Readonly<Record<string, KindMeaning>>;
  /** Objectives by name, laid over the shipped ones (`default community notice benefit growth care`): a weight per kind, −1000 to 1000. */
  objectives?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How fast liking is forgotten: half-lives in days, 0.05–36500. Default 3 and 60. */
  halfLives?: { shortDays?: number; longDays?: number };
  /** The operator's clock, −840 to 840 minutes east of UTC: days, weeks, months and quiet hours are theirs. Default 480 (Beijing). */
  utcOffsetMinutes?: number;
  /** How members become a group, where the group does not say. Default `average`. */
  aggregation?: Aggregation;
  /**
   * How much a group must have done (decayed, in weights of kinds) to weigh about as much as its members, above 0. Default: what a fitted
   * model learnt (`FitReport.groups`), else 2.
   */
  groupHistory?: number;
  /** How one chooses. Default greedy. */
  policy?: Policy;
  /** What likeness to what was picked before costs, 0–1, in units of the utilities' spread. Default 0.3. */
  diversity?: number;
  /** Whether what was seen may come again. Default `never`. */
  repeats?: 'never' | 'always' | { afterDays: number };
  /** How often one may push. `wecom`: one message a user a day, and to a group as many a month as it has days. Default: without limit. */
  cadence?: 'wecom' | readonly CadenceRule[];
  /** When nothing is sent. Default: never quiet. */
  quietHours?: readonly QuietHours[];
  /** Which families of features take part. Default: all but `contemporary` and `repeat`, which speak in `evaluateCases` alone. */
  families?: readonly Family[];
  /**
   * Whether a fitted model learns on: from what comes, within a day and under their `decision` id, of accepted decisions.
   * No weight goes farther than two standard errors from its fit. The weights that ship stay as they are. Default true.
   */
  online?: boolean;
  /**
   * How far after the trusted time an interaction or the acceptance of a decision may lie, in milliseconds, from 0 to 4294967295. Interactions that
   * lie further are set aside: kept, and counted in `stats().ahead`, and in no answer before a question is asked for their time. Acceptances
   * are refused with the rule `ahead`. The trusted time is the latest `now` of a question or of a change. Default 3600000 (an hour).
   */
  maxAheadMs?: number;
}

/** What `effectiveConfig` answers: every field, named as in {@link Config}. */
export interface EffectiveConfig extends Required<Omit<Config, 'groupHistory'>> {
  kinds: Record<string, Required<KindMeaning>>;
  objectives: Record<string, Record<string, number>>;
  halfLives: { shortDays: number; longDays: number };
  cadence: CadenceRule[];
  /** Only where it was given: else a fit, or what ships, says it. */
  groupHistory?: number;
}

/* ------------------------------------------------------------------------------------------------------------ deciding */

/** A question for a decision. Needs a user or a group; with both, it is a private message to a member of that group. */
export interface RecommendRequest {
  /** The user addressed. One never met gets the neutral answer and `coldStart: true`. */
  user?: string;
  /** The group addressed, or the one in which the user is. */
  group?: string;
  /** The moment of the decision. */
  now: Millis;
  /**
   * How many picks, 1–1000. Default 1.
   *
   * The work of a request is limited, and one that asks for more is refused with code `limit` before it begins: items × count ×
   * draws may be at most 500,000,000 (thompson: its `draws`; softmax: 60; others: none), and for a group addressed as one
   * members × (items + 100 × count) at most 10,000,000, where under thompson each item counts as 20. Items are those of the
   * library, or as many as `only` names; of `count` no more than there are items.
   */
  count?: number;
  /** Through which channel. Default: the group's. */
  channel?: string;
  /** Circumstances; they meet facets of the same name (`context.request`). */
  context?: Attributes;
  /** An objective's name, or weights by kind. Default: that of the group's purpose, else `default`. */
  objective?: string | Readonly<Record<string, number>>;
  /** How to choose. Default: the configuration's. */
  policy?: Policy;
  /** Only these items. Default: all. */
  only?: readonly string[];
  /** Not these items. Default: none. */
  exclude?: readonly string[];
  /** For policies that draw: another seed, another draw. 0–4294967295. Default 0. */
  seed?: number;
}

/** What to tell along with a decision. */
export interface RecommendOptions {
  /** Whether to list every item that may not be shown, with the rule. Default false. */
  explain?: boolean;
  /** Whether picks carry their reasons. Default true. */
  reasons?: boolean;
}

/** What was chosen for whom, how and why. Plain data: it may be stored and sent. */
export interface Decision<Data = unknown> {
  /** A fingerprint of model, state and request: the same question in the same state has the same id. */
  id: string;
  /** For whom. */
  subject: { user?: string; group?: string };
  /** Through which channel, if the request named one. */
  channel?: string;
  /** The request's `now`. */
  at: Millis;
  /** The slate, best first. Fewer than asked for where fewer may be shown; empty when silent. */
  picks: Recommendation<Data>[];
  /** Whether nothing is remembered of the subject (of a group: nor of any member). */
  coldStart: boolean;
  /** `false` where the user does not want to be profiled: nothing of them was used but what protects them. Else absent. */
  personalised?: false;
  /** Why nothing should be sent now. Absent when something may be. */
  silent?: { rule: SilenceRule; until?: Millis };
  /** The weight per kind that was aimed at. */
  objective: Record<string, number>;
  /** The policy that chose. */
  policy: Policy;
  /** The model's name; it changes with any weight. */
  model: string;
  /** Every item that may not be shown; only with `{ explain: true }`. */
  refused?: Refusal[];
}

/** One pick. */
export interface Recommendation<Data = unknown> {
  /** The item's id. */
  item: string;
  /** Its place, from 1. */
  rank: number;
  /** Its utility less the diversity penalty. The reasons' amounts sum to it within 1e-9 of the sum of their sizes. */
  score: number;
  /** The probability of choosing it for this place given the places before, 0–1; 1 for greedy and pinned. */
  propensity: number;
  /** Only where it is so (`thompson`): the propensity is estimated, with standard error √(p·(1 − p)/draws); never 0. */
  propensityEstimated?: true;
  /** The chance of each kind, 0–1. */
  chances: Record<string, number>;
  /** Whether these numbers only order and are not calibrated chances. */
  relative: boolean;
  /** The account of the score: base first, then by size. Empty with `{ reasons: false }`. */
  reasons: Reason[];
  /** The item's own `data`. */
  data?: Data;
}

/** What gave an item its score. */
export type ReasonCode = 'base' | Family | 'diversity' | 'pinned' | 'borda' | (string & {});

/** One row of the account of a score. `nextpick/words` puts it into words. */
export interface Reason {
  /** `base` (what every item starts with), a family, `diversity` (a penalty), `pinned` (adds 0), or `borda` (points from ranks). */
  code: ReasonCode;
  /** The feature: `trend.6h`, `affinity.tag.long`, … */
  feature?: string;
  /** The facet it speaks of: `tag:护肤`. */
  facet?: string;
  /** The item it comes from: what was liked, or what was picked before. */
  from?: string;
  /** The member it speaks for, where one decided for all, or ranks were counted. */
  member?: string;
  /** What it adds to the score; negative where it speaks against. */
  amount: number;
}

/** The rules that keep an item from being shown. */
export type RefusalRule =
  | 'hidden'
  | 'schedule.unpublished' | 'schedule.not-started' | 'schedule.expired'
  | 'audience.tiers' | 'audience.users' | 'audience.groups' | 'audience.channels' | 'audience.purposes' | 'audience.tags' | 'audience.not'
  | 'cap.user' | 'cap.group' | 'cap.total'
  | 'seen' | 'only' | 'exclude'
  | (string & {});

/** An item that may not be shown. */
export interface Refusal {
  /** Its id. */
  item: string;
  /** The first rule that said no. */
  rule: RefusalRule;
  /** Until when it says so, if that is known. */
  until?: Millis;
}

/** The rules under which nothing is sent at all. */
export type SilenceRule = 'cadence.user' | 'cadence.group' | 'cadence.channel' | 'quiet-hours' | (string & {});

/** What `accept` needs of a decision: a host may keep no more than this. */
export interface Sent {
  id: string;
  subject: { user?: string; group?: string };
  channel?: string;
  at: Millis;
  /** At least one. `propensity` defaults to 1. */
  picks: readonly { item: string; propensity?: number }[];
}

/** What became of an acceptance. */
export interface Acceptance {
  /** Whether it counts as sent now. */
  accepted: boolean;
  /**
   * Why not: it was accepted before; decisions of its time are not kept any more, so that nobody can tell whether it was
   * accepted before; it was made for a time more than `config.maxAheadMs` after the trusted time; or a cap over the total is full. Nothing was counted then.
   */
  rule?: 'already-accepted' | 'too-old' | 'ahead' | 'cap.total';
  /** The items whose cap is full. */
  items?: string[];
}

/* -------------------------------------------------------------------------------------------------------- looking inside */

/** Whose profile, as seen when. Exactly one of `user` and `group`. */
export interface ProfileRequest {
  user?: string;
  group?: string;
  /** The moment from which decay is reckoned. */
  now: Millis;
  /** How many affinities and items are listed at most. Default 100. */
  limit?: number;
}

/** What is remembered of one subject. */
export interface Profile {
  /** Whose. */
  subject: { user?: string; group?: string };
  /** The user's record, if one was put. */
  user?: User;
  /** The group's record, if one was put. */
  group?: Group;
  /** Whether decisions may use anything of them; of users alone. */
  personalised?: boolean;
  /** The facets that may not speak for them, by `blockFacet`; absent if there are none. */
  blocked?: string[];
  /** Whether nothing is remembered. */
  coldStart: boolean;
  /** How many interactions of each kind. */
  kinds: Record<string, number>;
  /** How many affinities there are. */
  affinityCount: number;
  /** Liking per facet and kind, strongest first: decayed sums at the short and the long half-life. */
  affinity: { facet: string; kind: string; short: number; long: number }[];
  /** How many pairs of item and kind there are. */
  itemCount: number;
  /** What was touched, latest first; those too that may not be shown any more. */
  items: { item: string; kind: string; count: number; last: Millis }[];
  /** The latest interactions with items as they were told, oldest first. */
  recent: Interaction[];
  /** The latest interactions without an item (joined, ordered, …), oldest first. */
  milestones: Interaction[];
  /** How often something was sent to them. */
  receivedCount: number;
  /** The latest `limit` sendings to the subject, oldest first. */
  received: { item: string; at: Millis }[];
}

/** An item like another. */
export interface Similar {
  /** Its id. */
  item: string;
  /** Shrunk cosine of those who liked both, 0–1. */
  similarity: number;
  /** How many subjects liked both. */
  together: number;
  /** Cosine of the facets, 0–1. */
  alike: number;
}

/** How much is known. */
export interface Stats {
  /** Items in the library. */
  items: number;
  /** Users ever named. */
  users: number;
  /** Groups ever named. */
  groups: number;
  /** Channels ever named. */
  channels: number;
  /** Facets ever met. */
  facets: number;
  /** Interactions that are set aside because they lie more than `config.maxAheadMs` after the trusted time. */
  ahead: number;
  /**
   * An item of which one user did at least half of the interactions of the day before the trusted time, 20 or more: the one repeated most often.
   * Repetitions of a user within a day count once as demand, so this is a sign to look at and no harm done.
   */
  repeated?: { item: string; interactions: number; users: number; ofOneUser: number };
  /** The model's name. */
  model: string;
  /** Bytes of the module's memory that this recommender holds. */
  bytes: number;
  /** Bytes that it may hold: `maxBytes`, or what the module's memory can grow to (about 4 GiB). */
  maxBytes: number;
  /**
   * How much of its memory, or of that of all recommenders together, is used, with what answers and snapshots need: `half` from 50 %, `high` from
   * 75 %, `critical` from 90 %. At 100 % what would grow it is refused with the code `memory`.
   */
  memory: 'ok' | 'half' | 'high' | 'critical';
}

/** What putting records reports. */
export interface PutReport {
  /** Records put, new or replaced. */
  put: number;
}

/** What putting items reports. */
export interface PutItemsReport extends PutReport {
  /** Words left out because an item had more than 256. */
  termsLeftOut: number;
  /** Items with a time before the year 2000, if there are any: are they seconds? Times are milliseconds. */
  early?: number;
}

/** What observing many interactions reports. */
export interface ObserveReport {
  /** Remembered now. */
  observed: number;
  /** Known already by their id, and not counted again. */
  duplicates: number;
  /** Of all of them, those that are set aside until their time: more than `config.maxAheadMs` after the trusted time. */
  ahead: number;
  /** Of all of them, those with a time before the year 2000, if there are any: are they seconds? Times are milliseconds. */
  early?: number;
}

/** What may be told beside a change, or a question that brings no time of its own. */
export interface ChangeOptions {
  /**
   * The host's own time. Where neither it nor a `clock` is given, the latest `now` of a question is the trusted time; before the first there is
   * none, and nothing is ahead of it.
   */
  now?: Millis;
}

/** What a recommender may be given besides what it starts from. */
export interface ClockOption {
  /** The host's own time in milliseconds, asked for with each change: `Date.now` in a live host. */
  clock?: (() => Millis) | undefined;
}

/* ------------------------------------------------------------------------------------------------------ the recommender */

/** What a recommender starts from; all of it is optional. */
export interface World extends ClockOption {
  items?: readonly Item[];
  users?: readonly User[];
  groups?: readonly Group[];
  channels?: readonly Channel[];
  interactions?: readonly Interaction[] | InteractionColumns;
  config?: Config;
  /** Decide with this model, as `fit` made it, instead of the weights that ship. */
  model?: Uint8Array | ArrayBuffer | ArrayBufferView;
  /** What the recommender may hold; see {@link Limits}. */
  maxBytes?: number;
}

/** What bounds a recommender on this machine; no part of its state or its decisions. */
export interface Limits {
  /**
   * Bytes of memory that the recommender may hold, from 16777216 (16 MiB); by default all that the module's memory can grow to. More than half of
   * it is kept for answers and snapshots. What would go beyond is refused with the code `memory` and changes nothing.
   */
  maxBytes?: number;
}

/** Makes a recommender. Loads the module once; everything after is synchronous. */
export function createRecommender(world?: World): Promise<Recommender>;

/**
 * A recommender from a snapshot, with the configuration inside it: it decides exactly as the one that was saved.
 * @throws NextpickError `snapshot` if the bytes are truncated, altered, or of another version.
 */
export function loadRecommender(snapshot: Uint8Array | ArrayBuffer | ArrayBufferView, options?: ClockOption & Limits): Promise<Recommender>;

/** Remembers what it is told and decides what comes next. */
export class Recommender {
  private constructor();

  /** Puts items, each replacing the one of the same id. What was learnt of them stays. */
  putItems(items: readonly Item[] | Item): PutItemsReport;
  /** Puts users, each replacing the one of the same id. */
  putUsers(users: readonly User[] | User): PutReport;
  /** Puts groups, each replacing the one of the same id. */
  putGroups(groups: readonly Group[] | Group): PutReport;
  /**
   * Adds a user to the end of a group's members, with `at` as their `joinedAt`. A group that is not known is made. Costs the same however many
   * members there are. False if they are a member already: nothing has changed then.
   */
  join(joining: { group: string; user: string; at: Millis }): boolean;
  /** Takes a user out of a group's members. False if they are no member. */
  leave(leaving: { group: string; user: string }): boolean;
  /**
   * Gives a group another id: record, members, interactions, what was sent to it, and audiences and quiet hours that name it. What there is under
   * the new id already is of the same group: both histories count together, and the record says what either of them says. False, and nothing has
   * changed, if nobody ever named `from`.
   * @throws NextpickError `invalid`, path `moving.to.…`, where the two records say different things.
   */
  moveGroup(moving: { from: string; to: string }): boolean;
  /** Puts channels, each replacing the one of the same id. */
  putChannels(channels: readonly Channel[] | Channel): PutReport;
  /** Takes items out of the library; what was learnt from them stays. Gives back how many were there. */
  removeItems(ids: readonly string[] | string): number;

  /** All items of the library, those too that may not be shown. Of `text` the words are given back, under `facets.term`. */
  items(): Item[];
  /** All users that were put. */
  users(): User[];
  /** All groups that were put. */
  groups(): Group[];
  /** All channels that were put. */
  channels(): Channel[];
  /** The ids of all users ever named, with a record or without. */
  userIds(): string[];
  /** The ids of all groups ever named, with a record or without. */
  groupIds(): string[];
  /** The item of an id; `undefined` if there is none. */
  item(id: string): Item | undefined;
  /** The user of an id; `undefined` if none was put. */
  user(id: string): User | undefined;
  /** The group of an id; `undefined` if none was put. */
  group(id: string): Group | undefined;
  /** The channel of an id; `undefined` if none was put. */
  channel(id: string): Channel | undefined;

  /**
   * Remembers an interaction. False if its id is known already. The order of telling does not matter. An answer at `now` follows from what
   * happened up to `now`; later interactions wait.
   * @throws NextpickError `limit` if more than 32,768 interactions lie ahead of the trusted time.
   */
  observe(interaction: Interaction, options?: ChangeOptions): boolean;
  /** Remembers interactions. All are checked before any counts. */
  observeAll(interactions: readonly Interaction[], options?: ChangeOptions): ObserveReport;
  /** Remembers interactions from columns: the fast way for big logs. All are checked before any counts. */
  observeColumns(columns: InteractionColumns, options?: ChangeOptions): ObserveReport;

  /** Decides what comes next. Changes nothing: asked twice, it gives the same decision under the same id. */
  recommend(request: RecommendRequest, options?: RecommendOptions): Decision;
  /** The same from JSON text to JSON text: for pipes, which only pass it on. */
  recommendText(request: string, options?: RecommendOptions): string;
  /** Decides many at once over one frozen state. The first bad request throws, its path beginning `requests[i]`. */
  recommendAll(requests: readonly RecommendRequest[], options?: RecommendOptions): Decision[];
  /** Records that a decision was sent; caps and cadence count these. */
  accept(decision: Decision | Sent, options?: ChangeOptions): Acceptance;
  /**
   * An accepted decision, while it is kept: not released since, and not older than 90 days. Its subject is the user, or the group if it was for the
   * group as one. `undefined` for any other.
   */
  decision(id: string): Sent | undefined;
  /**
   * Takes back the acceptance of a decision, by its id, because it certainly did not arrive: it counts for no cap, cadence or repetition any more,
   * and may be accepted anew. False for one that is not kept: never accepted, released already, or older than 90 days.
   */
  release(decision: string): boolean;
  /**
   * Brings what is derived up to date, so that the next question need not wait: after a big log, or after loading. It changes no answer. Opening a
   * store does it.
   */
  prepare(): void;
  /** The trusted time: the latest `now` of a question or a change, or of the `clock`; `undefined` before the first. */
  trustedTime(): Millis | undefined;

  /**
   * Switches a user's personalisation off or on, at once. Off, a decision for them uses nothing of them but caps, cadence and what was sent to
   * them already, and says `personalised: false`; what they did leaves all that is everybody's: demand, rates, neighbours, their groups' history
   * and voice. It outlives `putUsers`. On, what they did counts again.
   * @throws NextpickError `invalid` or `limit` for what is no id.
   */
  setPersonalised(user: string, on: boolean): void;
  /**
   * Takes a facet such as `tag:tea` from a user: what they did up to `at` (milliseconds) no longer speaks for it, and it leaves their record, those put later too.
   * What they do later counts.
   */
  removeFacet(user: string, facet: string, at: number): void;
  /** Never lets a facet speak for a user, whatever they do and `putUsers` says: neither in ranking nor for an item's audience. */
  blockFacet(user: string, facet: string): void;
  /** Lets a blocked facet speak again. */
  unblockFacet(user: string, facet: string): void;
  /**
   * Removes the interactions before a time, as if they had never been told; the next question counts anew what they touched, which takes as
   * long as the first question after loading (some µs an interaction). Ids of removed interactions may still be refused as duplicates, and what
   * was sent stays, because caps count it.
   * @param before Milliseconds; at most the trusted time.
   * @returns How many there were.
   * @throws NextpickError `invalid` for a time after the trusted time.
   */
  expire(before: Millis): number;
  /**
   * Forgets a user: what they did, what was said of them and sent to them, their part in all that is everybody's, and their id wherever it
   * stands (records, groups' members, items' audiences, whom others invited). `data` of other records is the host's own and stays as it is.
   * A fitted model stays until the next fit. That something was sent stays counted, of nobody, for caps over the total.
   * @returns Whether anybody of that id was known.
   */
  forget(user: string): boolean;

  /** What is remembered of a user or group. One never met has an empty profile with `coldStart: true`. */
  profile(request: ProfileRequest): Profile;
  /**
   * The items most like one: by who liked both, then by their facets. The list is for showing: what may be shown to nobody at that time is left out
   * (hidden, not in the library, not yet published or started, expired, or with a full cap over the total). Whom an item is for
   * (`audience`) is not asked, since the list is for nobody in particular.
   * @param count 1–10000. Default 10.
   * @param options `now`: the host's own time. Default: that of the `clock`, else the trusted time; before the first, whatever has an `expiresAt`
   *   counts as expired.
   * @throws NextpickError `unknown` if the item was never named.
   */
  similar(item: string, count?: number, options?: ChangeOptions): Similar[];

  /**
   * Decides with this model from now on, as `fit` made it or `model()` gave it back. Kinds, features and items go by their names in it.
   * @throws NextpickError `snapshot` if the bytes are truncated, altered, or of another version; `unknown`, naming it, if a feature is one
   *   that this version does not have. Nothing has changed then.
   */
  useModel(model: Uint8Array | ArrayBuffer | ArrayBufferView): void;
  /** The fitted model it decides with; `undefined` while those are the weights that ship. */
  model(): Uint8Array | undefined;

  /** Everything, the model too, as bytes: for `loadRecommender` and `merge`. The same state gives the same bytes. */
  toSnapshot(): Uint8Array;
  /**
   * Adds what another recommender was told and remembers. Kinds and half-lives must be the same, users and interactions others;
   * records that both know are taken from the snapshot; the model stays.
   */
  merge(snapshot: Uint8Array | ArrayBuffer | ArrayBufferView): void;
  /** The configuration as it was given; `null` if none was. */
  config(): Config | null;
  /** The configuration in effect: as it was given, with the defaults of all that was left out. Given to another recommender, both decide alike. */
  effectiveConfig(): EffectiveConfig;
  /** How much is known. */
  stats(): Stats;

  /** Gives the memory back. Every later call throws `disposed`. Called twice, it does nothing. */
  dispose(): void;
  /** The same, for `using`. */
  [Symbol.dispose](): void;
}

/**
 * Interactions as columns, for `observeColumns` and the evaluations. Only `user group item kind at value` are kept.
 * @param options `timeless`: an absent `at` is 0 (for `evaluateCases` only).
 */
export function toColumns(interactions: Iterable<Interaction>, options?: { timeless?: boolean }): InteractionColumns;

/* -------------------------------------------------------------------------------------------------------------- on disk */

export * from './store/index.js';

/* --------------------------------------------------------------------------------------------------------------- errors */

/**
 * What sort of mistake. `invalid`: a wrong type or a broken rule. `missing`: a required field. `unknown-field`: a field that the
 * contract does not know. `limit`: a stated limit is exceeded. `unknown`: a name that must already be known. `snapshot`: bytes that are no
 * snapshot or no model. `memory`: not enough memory is left for the call, which changed nothing. `disposed`: the recommender was disposed of. `broken`: the module failed and refuses further calls; a new process, page or
 * worker is needed. `load`: the module could not be fetched or compiled; the next call tries again. Of stores: `locked`: another process has it open. `damaged`: what was on disk is there no more. `store`: it could not be
 * written, or not be understood. `not-finite`: a decision would hold a number without an end; no input is known that leads to it, please report it.
 */
export type NextpickErrorCode =
  | 'invalid' | 'missing' | 'unknown-field' | 'limit' | 'unknown' | 'snapshot' | 'memory' | 'disposed' | 'broken' | 'load' | 'locked' | 'damaged' | 'store' | 'not-finite';

/** A mistake of the caller, or the end of an instance: `items[3].tags: expected at most 256 facets, got 300`. */
export class NextpickError extends Error {
  readonly name: 'NextpickError';
  /** For branching. */
  readonly code: NextpickErrorCode | (string & {});
  /** Where: `items[3].tags`, `request.now`, `config.halfLives.shortDays`. Empty where it is nowhere in particular. */
  readonly path: string;
  /** What was expected, in words. */
  readonly rule: string;
  /** What was found, shortened. */
  readonly value: string;
}

/* ----------------------------------------------------------------------------------------------------------- evaluations */

/** What all evaluations take. They rank by greedy utility, without caps, audience, fatigue or diversity. */
export interface EvaluateOptions {
  /** Rank by this. Default: the default objective. */
  objective?: string | Readonly<Record<string, number>>;
  /**
   * Only these families. Default: the configuration's, of which `evaluateReplay` leaves out `fatigue` (nothing is shown there), `evaluateCases`
   * leaves out `fatigue trend freshness visit` and adds `contemporary repeat`, and `evaluateImpressions` takes `affinity context rates terms` alone.
   */
  families?: readonly Family[];
  /** Confidence intervals from so many resamples of the subjects. Default 0: none. */
  bootstrap?: number;
  /** For resamples and whatever else draws. Default 0. */
  seed?: number;
  /** The configuration. */
  config?: Config;
}

/** What `evaluateReplay` takes. */
export interface ReplayInput extends EvaluateOptions {
  items: readonly Item[];
  events: readonly Interaction[] | InteractionColumns;
  /** Predict from this moment on. */
  from: Millis;
  /** Up to this moment, itself included. Default: the end of the log. */
  to?: Millis;
  /** The length of the list judged. Default 10. */
  k?: number;
  /** Fit a model to what is before this moment and go on with it. Default: the weights that ship. */
  fitUntil?: Millis;
  /** And anew whenever so many milliseconds have passed, at least an hour. Default: once. Needs `fitUntil`. */
  refitEvery?: Millis;
}

/** A log of impressions as columns of equal length; integers are places in the lists of names, −1 for none. */
export interface ImpressionColumns {
  users: readonly string[];
  items: readonly string[];
  channels: readonly string[];
  user: Int32Array;
  item: Int32Array;
  channel: Int32Array;
  at: Float64Array;
  /** The kinds that followed or did not. */
  kinds: readonly string[];
  /** 0 or 1, row by row: `rows × kinds`. */
  outcomes: Uint8Array;
}

/** What `evaluateImpressions` takes. */
export interface ImpressionsInput extends EvaluateOptions {
  items: readonly Item[];
  log: ImpressionColumns;
  /** Predict from this moment on. */
  from: Millis;
  /** Up to this moment, itself included. Default: the end of the log. */
  to?: Millis;
  /** As in `ReplayInput`. */
  fitUntil?: Millis;
  /** As in `ReplayInput`. */
  refitEvery?: Millis;
}

/** One subject, what it took, and what it chose from. */
export interface Case {
  user?: string;
  group?: string;
  relevant: readonly string[];
  candidates: readonly string[];
}

/** What `evaluateCases` takes. Events without `at` are timeless here. */
export interface CasesInput extends EvaluateOptions {
  /** Default: items are known by their ids alone. */
  items?: readonly Item[];
  events: readonly (Omit<Interaction, 'at'> & { at?: Millis })[] | InteractionColumns;
  groups?: readonly Group[];
  cases: readonly Case[];
  /** The length of the list judged. Default 5. */
  k?: number;
  /** Whether weights are fitted to a held-out part of the log before the cases are ranked. Default true. */
  fit?: boolean;
}

/** 95 % of the resamples lie within. */
export type Interval = [low: number, high: number];

/** Figures of a ranking: `hr@10`, `ndcg@10`, `mrr`, `recall@5`, … */
export interface RankingReport {
  /** Ours. */
  metrics: Record<string, number>;
  /** Of our figures, and of `ratio`; only with `bootstrap`. */
  intervals?: Record<string, Interval>;
  /** The baselines of the same run. */
  baselines: Record<string, Record<string, number>>;
  /** How many predictions were judged. */
  n: number;
  /** For how many users or groups. */
  subjects: number;
  /** The baseline of the highest NDCG. */
  best: string;
  /** Our NDCG over that baseline's; absent where that is 0. */
  ratio?: number;
  /** The name of the model that ranked. */
  model: string;
  /** The families that took part. */
  families: Family[];
  /** Interactions left out because they would have given a case's answer away; absent where there are none. */
  leftOut?: number;
  /** Interactions that were not predicted because the library does not have their item; absent where there are none. */
  notInLibrary?: number;
  /**
   * The same of those predictions alone for which little was known: `newcomers`, who had touched fewer than 5 items, and `newItems`, which had
   * been touched fewer than 5 times. Each absent where there are none.
   */
  cuts: { newcomers?: RankingCut; newItems?: RankingCut };
}

/** A part of what was judged. */
export type RankingCut = Omit<RankingReport, 'cuts'>;

/** Figures of the chances of one kind. */
export interface KindFigures {
  /** The chance that one that happened was given more than one that did not, 0–1; absent where one of the two is missing. */
  auc?: number;
  /** The mean of −ln of the chance given to what came. */
  logloss: number;
  /** Expected calibration error over 10 bins of equal counts, 0–1. */
  ece: number;
  /** How many impressions were judged. */
  n: number;
  /** After how many of them it happened. */
  positives: number;
  /** Only with `bootstrap`. */
  intervals?: Record<string, Interval>;
}

/** Figures per kind. */
export interface ImpressionsReport {
  /** By kind, in the order of the log's columns. */
  kinds: Record<string, KindFigures>;
  /** How many impressions were judged. */
  n: number;
  /** To how many users. */
  subjects: number;
  /** The name of the model that predicted. */
  model: string;
  /** The families that took part. */
  families: Family[];
}

/** Told now and then how far an evaluation is. What it throws is thrown when the evaluation ends. */
export type OnProgress = (done: number, total: number) => void;

/** Walks a log in time order and predicts each interaction before learning it. Blocks while it runs. */
export function evaluateReplay(input: ReplayInput, onProgress?: OnProgress): Promise<RankingReport>;
/** Predicts the chance of each kind before learning each impression. Blocks while it runs. */
export function evaluateImpressions(input: ImpressionsInput, onProgress?: OnProgress): Promise<ImpressionsReport>;
/** Learns a log and ranks the candidates of each case. Blocks while it runs. */
export function evaluateCases(input: CasesInput, onProgress?: OnProgress): Promise<RankingReport>;
/** Makes cases from a log by the sampled protocol: each held-out item against 100 that the user never touched. */
export function makeCases(input: { items?: readonly Item[]; events: readonly Interaction[] | InteractionColumns; seed?: number }): Promise<Case[]>;

/* --------------------------------------------------------------------------------------------------------------- fitting */

/**
 * What `fit` takes: the world, and one log of it. Events that hold impressions, or a `log` of them, say what was shown and what came of it:
 * chances fitted to them are calibrated. Without them a choice is compared with what else could have been chosen, which teaches the order.
 */
export interface FitInput {
  items?: readonly Item[];
  users?: readonly User[];
  groups?: readonly Group[];
  channels?: readonly Channel[];
  /** What happened; this or `log`. */
  events?: readonly Interaction[] | InteractionColumns;
  /** What was shown, and what came of it. */
  log?: ImpressionColumns;
  /** The configuration under which it will decide. */
  config?: Config;
  /** Only these families get weights. Default: the configuration's. */
  families?: readonly Family[];
  /** For what is drawn to compare a choice with. Default 0. */
  seed?: number;
  /** Learn only what is before this moment. Default: all. */
  until?: Millis;
}

export interface FitOptions {
  /**
   * Told now and then how many interactions of the log are done; it stands still at
   * four fifths, where a first fit is made to be judged by the rest, and the fit itself follows the last. What it throws ends the fit.
   */
  onProgress?: OnProgress;
  /** Ends the fit, whatever it is at; `fit` then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Whether a worker does the work. `false` fits in the thread that calls, which it blocks, in the memory of its recommenders: for places where no
   * worker may be started (service workers, pages under Trusted Types). A signal then ends it before it begins, and not any more. Default true.
   */
  worker?: boolean;
}

/** What was learnt of one kind, of users or of groups. */
export interface FittedKind {
  kind: string;
  of: 'users' | 'groups';
  /** How many showings it was learnt from. */
  shown: number;
  /** How often it came of one. */
  came: number;
  /** From how many choices among others. */
  chosen: number;
  /** Whether its numbers only order and are not chances. */
  relative: boolean;
  /** Mean loss on the last fifth of the log: with the weights that ship, and after a fit to the rest. Absent where that fifth says nothing. */
  loss?: { before: number; after: number };
  /** Expected calibration error there, 0–1; absent without showings. */
  ece?: number;
  /** Chances and what came, there, in bins of equal counts; absent without showings. */
  reliability?: { n: number; chance: number; happened: number }[];
  /** Log-odds of knowing nothing. */
  bias: number;
  /** The weights that are not 0, with their standard errors. */
  weights: { feature: string; weight: number; error: number }[];
  /** What is to be thought of before relying on it. */
  warning?: string;
}

/** What a fit learned. */
export interface FitReport {
  /** The model's name, which every decision made with it carries. */
  model: string;
  /** How many examples it was fitted to. */
  examples: number;
  /** One of how many that is, where the log had more than can be held; else 1. */
  oneOf: number;
  kinds: FittedKind[];
  /** How much groups weigh against their members; absent where no group with members chose anything in the last fifth of the log. */
  groups?: FittedGroups;
}

/**
 * What was learnt of groups: the group’s own voice weighs `most · m / (m + halfAt)` against the members’, m being what it did, decayed, in
 * weights of kinds. A `groupHistory` in the configuration has precedence.
 */
export interface FittedGroups {
  /** What a group that did very much weighs, 0–1. As shipped: 0.95. */
  most: number;
  /** After so much it weighs half of that. As shipped: 2. */
  halfAt: number;
  /** From how many choices it was learnt. */
  heard: number;
  /** −ln of the chance of a choice, by their mean: with the share that ships, and with one learnt from the other half of the choices. */
  loss: { before: number; after: number };
}

/**
 * Fits the weights to a log. The work is done in a worker with an instance of its own: nothing blocks, and its memory is given back.
 * A log too small to teach anything gives weights near those that ship, and warnings.
 * @throws NextpickError `missing` if the log is empty; `broken` if the worker failed or could not be started, which touches nothing else.
 */
export function fit(input: FitInput, options?: FitOptions): Promise<{ model: Uint8Array; report: FitReport }>;
