/**
 * nextpick in WeCom (企业微信): customers, groups and tags become records; decisions become mass-message tasks, which
 * staff confirm; sent messages become acceptances; callbacks become interactions; links are counted.
 *
 * Everything durable is in the recommender's store: a process may be killed at any moment, and nothing is sent twice.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Acceptance, Decision, EffectiveConfig, Group, GroupPatch, Interaction, Item, Kind, Millis, RecommendRequest, Sent, User, UserPatch } from 'nextpick';
import type { PlannedMessage } from 'nextpick/operations';

/* ------------------------------------------------------------------------------------------------------- the client */

/** Options of a client. */
export interface ClientOptions {
  /** Id of the enterprise. */
  corpId: string;
  /** Secret of an app that is listed under "customer contact, apps that may call". */
  secret: string;
  /** Origin of the API. Default `https://qyapi.weixin.qq.com`. */
  origin?: string;
  /** Time to wait for an answer, in milliseconds, at least 1. Default 10000. */
  timeoutMs?: number;
  /** Repetitions of a call without an answer, after 1, 2, 4, … seconds. Default 3. */
  retries?: number;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** Returns the time in milliseconds. Default `Date.now`. */
  now?: () => Millis;
  /** Waits; tests replace it. Default: by `setTimeout`. */
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * Calls WeCom's API. One access token serves all calls: it is requested once for all waiting calls, and renewed when it
 * expires or WeCom refuses it (42001, 40014). After a rate limit (45009) the path is paused for a minute, doubled up to
 * 15 minutes while WeCom keeps refusing: calls are refused without a request, with `retryAt`.
 */
export class WecomClient {
  /** @throws TypeError that names the option, the rule and the value. */
  constructor(options: ClientOptions);
  readonly corpId: string;
  readonly origin: string;
  readonly now: () => Millis;
  /**
   * Calls a path below `/cgi-bin/`: by POST with a `body`, by GET without one.
   * @param how `once`: the call is not repeated without an answer, since it may have been carried out.
   * @throws WecomError
   */
  call(path: string, how?: { query?: Record<string, string>; body?: object; once?: boolean }): Promise<Record<string, any>>;
  /**
   * Reads a list page by page.
   * @param list Name of the field that contains the list.
   * @throws WecomError
   */
  pages(path: string, body: object, list: string): AsyncGenerator<any[], void>;
}

/** Call that WeCom refused, or that got no answer. Its message has neither secret nor token. */
export class WecomError extends Error {
  constructor(path: string, answer: { errcode?: number; errmsg?: string; retryAt?: Millis; cause?: unknown });
  readonly name: 'WecomError';
  /** Path of the call, such as `externalcontact/add_msg_template`. */
  readonly path: string;
  /** WeCom's code; `undefined` without an answer. */
  readonly errcode: number | undefined;
  /** Earliest time of the next call after a rate limit. */
  readonly retryAt: Millis | undefined;
  /** True if WeCom may have carried the call out: there was no answer, or it was busy (-1). */
  readonly isUncertain: boolean;
  /** True if the access token is invalid. */
  readonly isStaleToken: boolean;
}

/* --------------------------------------------------------------------------------------------------------- the host */

/**
 * Methods that a host needs of a recommender: one from `openRecommender`, whose promises resolve when it is on disk, or
 * one in memory.
 */
export interface WecomRecommender {
  recommend(request: RecommendRequest): Decision;
  accept(decision: Sent, options?: { now?: Millis }): Acceptance | Promise<Acceptance>;
  reserve(decision: Sent, until: Millis, options?: { now?: Millis }): Acceptance | Promise<Acceptance>;
  confirm(decision: string, at: Millis, options?: { now?: Millis }): Acceptance | Promise<Acceptance>;
  decision(id: string): Sent | undefined;
  release(decision: string): boolean | Promise<boolean>;
  observe(interaction: Interaction, options?: { now?: Millis }): boolean | Promise<boolean>;
  observeAll(interactions: readonly Interaction[], options?: { now?: Millis }): unknown;
  putUsers(users: readonly User[]): unknown;
  putGroups(groups: readonly Group[]): unknown;
  patchUsers(patches: readonly UserPatch[]): unknown;
  patchGroups(patches: readonly GroupPatch[]): unknown;
  join(joining: { group: string; user: string; at: Millis }): boolean | Promise<boolean>;
  leave(leaving: { group: string; user: string }): boolean | Promise<boolean>;
  item(id: string): Item | undefined;
  user(id: string): User | undefined;
  users(): User[];
  group(id: string): Group | undefined;
  groups(): Group[];
  effectiveConfig(): EffectiveConfig;
}

/** Options of a host. */
export interface HostOptions {
  recommender: WecomRecommender;
  client: WecomClient;
  /** Channel of new groups, welcome messages and interactions. Default `wecom`. */
  channel?: string;
  /** Language of the staff view: any Chinese tag gives Chinese, all others English. Default `zh`. */
  lang?: string;
  /** Token and EncodingAESKey of the callback, as set in WeCom's admin page. Default: no callbacks. */
  callback?: { token: string; encodingAesKey: string };
  /** Counted links. Default: messages link to `data.url` directly. */
  links?: LinkOptions;
  /** Welcome messages. Default: none. */
  welcome?: WelcomeOptions;
  /** Makes the content of a message. Default {@link renderItem}. */
  render?: (item: Item, to: Rendering) => Content;
  /** Returns the member of staff who sends to a recipient. Default {@link senderOf}. */
  senderOf?: (record: User | Group) => string | undefined;
  /**
   * Mass messages per customer and group: one a `day`, seven a `week`, or as many a `month` as it has days, as set in
   * WeCom's admin page. Default `{ customers: 'day', groups: 'month' }`.
   */
  limits?: { customers?: Period; groups?: Period };
  /** Time after which an unconfirmed task is cancelled, in milliseconds, at least a minute. Default 24 hours. */
  lapseMs?: number;
  /** Time after which staff are reminded of a task, and again; three times a day at most. Default 2 hours. */
  remindAfterMs?: number;
  /** Minimum interval in which `tick` reads the results of a task, in milliseconds. Default 10 minutes. */
  pollEveryMs?: number;
  /** Returns the time in milliseconds. Default `Date.now`. */
  now?: () => Millis;
  /** Receives events. They name no customer, because `forget` does not reach logs. Default: a line on the console. */
  log?: (entry: WecomLogEntry) => void;
}

export type Period = 'day' | 'week' | 'month';

/** Counted links. */
export interface LinkOptions {
  /** URL under which `host.links` is served, with a slash at its end: `https://host/x/`. Tokens are appended. */
  url: string;
  /** Key that signs tokens, at least 16 secret bytes. With another key, links sent before end. */
  secret: string;
  /** Kind of the interaction. Default `click`. */
  kind?: Kind;
  /**
   * Requests the id of the customer who opens a link from WeChat (`snsapi_base`, without a prompt). The domain must be
   * a trusted domain of the app. `origin`: of the authorisation page, default `https://open.weixin.qq.com`. Default:
   * only links of tasks with one recipient, and of welcome messages, are counted.
   */
  oauth?: { origin?: string };
}

/** Welcome messages. */
export interface WelcomeOptions {
  /** Greeting before the piece, or alone where no piece may be sent. */
  text?: string | ((added: { user: string; staff: string }) => string);
  /** Request for the piece, such as `{ only: ['guide'] }`. Default: any item. */
  request?: (added: { user: string; staff: string }) => Partial<RecommendRequest>;
}

/** Purpose of a message: its decisions, and its link. */
export interface Rendering {
  /** Kind of the task, or `welcome`. */
  kind: TaskKind | 'welcome';
  /** Decisions that the message serves: one item, one sender. */
  decisions: readonly Decision[];
  /** Counted link, if links are configured. */
  link?: string | undefined;
  /** Token of the link, for the page of a mini-program. */
  token?: string | undefined;
}

/** Content of a message, in WeCom's fields: text of at most 4,000 bytes, at most 9 attachments. */
export interface Content {
  text?: { content: string };
  attachments?: readonly Attachment[];
}

/** Attachment, in WeCom's fields. */
export type Attachment =
  | { msgtype: 'image'; image: { media_id?: string; pic_url?: string } }
  | { msgtype: 'link'; link: { title: string; url: string; picurl?: string; desc?: string } }
  | { msgtype: 'miniprogram'; miniprogram: { title: string; pic_media_id: string; appid: string; page: string } }
  | { msgtype: 'video'; video: { media_id: string } }
  | { msgtype: 'file'; file: { media_id: string } };

/** Log entry. */
export interface WecomLogEntry {
  event:
    | 'handed-over' | 'sent' | 'released' | 'found' | 'reminded' | 'cancelled' | 'unresolved' | 'welcomed' | 'empty'
    | 'observed' | 'ignored' | 'refused' | 'failed';
  task?: string;
  item?: string;
  sender?: string;
  decision?: string;
  /** Number of recipients. */
  recipients?: number;
  kind?: string;
  again?: true;
  why?: string;
  error?: string;
  retry?: boolean;
}

/* ------------------------------------------------------------------------------------------------------- what it does */

/** Kind of a task: messages to customers, messages to groups, or moments. */
export type TaskKind = 'single' | 'group' | 'moment';

/** Result of a hand-over. */
export interface HandedOver {
  tasks: HandedOverTask[];
  refused: RefusedDecision[];
}

export interface HandedOverTask {
  /** The host's id of it. */
  id: string;
  kind: TaskKind;
  /** Member of staff who confirms the task. */
  sender: string;
  item: string;
  /** WeCom's id. Absent if its answer was lost, and for moments. */
  msgid?: string;
  until: Millis;
  /** Ids of customers or groups. */
  recipients: string[];
  /** `unknown`: WeCom did not answer; `tick` finds out whether the task exists. */
  state: 'waiting' | 'unknown';
}

/** Decision that was not handed over. It counts nowhere. */
export interface RefusedDecision {
  decision: string;
  subject: Decision['subject'];
  /**
   * `not-approved`: a planned message without approval. `silent`, `empty`: it has no pick. `unknown-recipient`, `data`:
   * no record, or one whose `data` is not an object. `no-sender`: no member of staff follows the customer, or the group
   * was dismissed. `limit`: a mass message too many. `already-accepted`, `already-handed-over`: it counts already.
   * `not-reserved`: the recommender refused it (`reason`). `content`: the message breaks a limit of WeCom's. `wecom`:
   * WeCom refused it (`errcode`).
   */
  rule:
    | 'not-approved' | 'silent' | 'empty' | 'unknown-recipient' | 'data' | 'no-sender' | 'limit' | 'already-accepted' | 'already-handed-over' | 'not-reserved'
    | 'content' | 'wecom';
  reason?: string;
  error?: string;
  errcode?: number;
}

/** Result of a sync. */
export interface Synced {
  staff: number;
  customers: number;
  groups: number;
  /** Records written. */
  written: number;
}

/** Failure with one task; the others went on. */
export interface TaskFailure {
  task: string;
  error: string;
}

/** Result of a poll. */
export interface Polled {
  /** Recipients who got their message since the last poll. */
  sent: number;
  /** Recipients who will not get their message. */
  released: number;
  /** Open tasks. */
  open: number;
  failed: TaskFailure[];
}

/** Result of a tick. */
export interface Ticked {
  /** Tasks whose lost answer was found. */
  found: number;
  reminded: number;
  cancelled: number;
  /** Recipients released because a task was cancelled or never created. */
  released: number;
  /** Tasks given up a week after their end; their decisions count as sent. */
  unresolved: number;
  failed: TaskFailure[];
}

/** Open tasks by member of staff. */
export interface StaffView {
  /** The operator's day, `YYYY-MM-DD`. */
  day: string;
  staff: { id: string; tasks: StaffTask[] }[];
}

export interface StaffTask {
  id: string;
  kind: TaskKind;
  item: string;
  title: string;
  /** `unknown`: WeCom did not answer. `cancelled`: its last results are awaited. `lapsed`: it could not be cancelled. */
  state: 'waiting' | 'unknown' | 'cancelled' | 'lapsed';
  /** Number of recipients without their message so far. */
  recipients: number;
  groups?: { id: string; name: string }[];
  msgid?: string;
  since: Millis;
  until: Millis;
  /** Number of reminders. */
  reminded: number;
}

export interface WecomHost {
  /**
   * Reads customers, groups and tags into records, and writes the changed ones. Details of a group are read if it is
   * new, has changed, or was read a day ago; with `full`, in any case.
   * @throws WecomError Pages read before it are kept; call again.
   */
  sync(how?: { full?: boolean }): Promise<Synced>;
  /**
   * Hands decisions over as tasks: the same item from the same sender is one task. Of a plan, approved and edited
   * messages are decided again among their items, and the resulting decisions are handed over. Decisions with the channel `moments`
   * become moments. Until a task is confirmed or lapses (`until`, default `lapseMs` from now, at most 22 days) its
   * decisions are reserved.
   * @throws TypeError for a malformed decision, before anything happens.
   */
  handOver(decisions: Iterable<Decision | PlannedMessage>, times?: { until?: Millis; now?: Millis }): Promise<HandedOver>;
  /**
   * Reads the results of all tasks: accepts messages at the time of sending, and releases recipients who will not get
   * theirs.
   */
  poll(now?: Millis): Promise<Polled>;
  /**
   * Finds lost answers, reads results, reminds staff and cancels lapsed tasks, where due. Call it about once a minute.
   */
  tick(now?: Millis): Promise<Ticked>;
  /** Handles a callback. WeCom repeats one that is not answered with 200 within 5 seconds. */
  callback(request: Request): Promise<Response>;
  /** Handles a request for a counted link: records the opening and redirects to the item's `data.url`. */
  links(request: Request): Promise<Response>;
  /** Records an opening that the host knows of, such as a mini-program's page with the parameter `np`. */
  opened(visit: { token: string; user?: string; at: Millis }): Promise<{ item: Item; counted: boolean } | undefined>;
  /** Returns the open tasks by member of staff. */
  staffView(now?: Millis): StaffView;
  /** Returns the open tasks as Markdown, for a {@link StaffRobot}. */
  staffMarkdown(now?: Millis): string;
}

/**
 * Makes a host.
 * @throws TypeError that names the option, the rule and the value.
 */
export function createWecomHost(options: HostOptions): WecomHost;

/**
 * Returns the default content of an item: a mini-program page if `data.miniprogram` has one (`appid`, `page`,
 * `pic_media_id`), otherwise a card with the link (`data.cover`, `data.summary`), otherwise its title. A moment has the
 * link in its text, because its cards need an uploaded picture.
 */
export function renderItem(item: Item, to?: Partial<Rendering>): Content;
/** Returns a group's owner, or the member of staff who added a customer last. */
export function senderOf(record: User | Group): string | undefined;
/** Makes a listener for `node:http` of a handler. */
export function nodeListener(handler: (request: Request) => Promise<Response>): (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/* -------------------------------------------------------------------------------------------------------- the robot */

/** Options of a robot. */
export interface RobotOptions {
  /** Key in the robot's webhook. */
  key: string;
  /** Default `https://qyapi.weixin.qq.com`. */
  origin?: string;
  fetch?: typeof fetch;
  now?: () => Millis;
  wait?: (ms: number) => Promise<unknown>;
}

/** Robot of an internal group: sends at most 20 messages a minute, and texts above 4,096 bytes in pieces. */
export class StaffRobot {
  constructor(options: RobotOptions);
  /**
   * Sends Markdown; resolves with the number of messages.
   * @throws WecomError The message is not repeated.
   */
  send(markdown: string): Promise<number>;
}
