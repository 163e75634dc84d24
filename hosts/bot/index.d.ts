/**
 * Shared logic of all chatbots with nextpick: messages and button presses become interactions, commands are answered,
 * groups receive scheduled pushes. It is independent of platforms: an adapter reports events and sends messages.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  Decision, DueStep, DueStepsRequest, Group, GroupPatch, Interaction, Item, Kind, Millis, Operations, Profile, ProfileRequest, RecommendRequest,
} from 'nextpick';

/**
 * Methods that a Talk needs of a recommender: one from `openRecommender`, whose promises resolve when it is on disk, or
 * one in memory.
 */
export interface Remembering {
  recommend(request: RecommendRequest): Decision;
  dueSteps(request: DueStepsRequest): DueStep[];
  operations(): Operations | null;
  setOperations(operations: Operations): unknown;
  accept(decision: Decision): { accepted: boolean } | Promise<{ accepted: boolean }>;
  decision(id: string): object | undefined;
  release(decision: string): boolean | Promise<boolean>;
  observe(interaction: Interaction): boolean | Promise<boolean>;
  putGroups(groups: Group[]): unknown;
  patchGroups(patches: GroupPatch[]): unknown;
  join(joining: { group: string; user: string; at: Millis }): boolean | Promise<boolean>;
  leave(leaving: { group: string; user: string }): boolean | Promise<boolean>;
  moveGroup(moving: { from: string; to: string }): boolean | Promise<boolean>;
  profile(request: ProfileRequest): Profile;
  item(id: string): Item | undefined;
  items(): Item[];
  group(id: string): Group | undefined;
  groups(): Group[];
  config(): { utcOffsetMinutes?: number } | null | undefined;
  setPersonalised(user: string, on: boolean): unknown;
  removeFacet(user: string, facet: string, at: Millis): unknown;
  blockFacet(user: string, facet: string): unknown;
  unblockFacet(user: string, facet: string): unknown;
  forget(user: string): boolean | Promise<boolean>;
}

/** Mapping of buttons, words and links to kinds of interaction. A given part replaces the whole shipped part. */
export interface Rules {
  /** Buttons under an item, in order: kind (at most 19 bytes) and labels. Default: click, save, dismiss. */
  buttons?: readonly { kind: Kind; zh: string; en: string }[];
  /**
   * Words in a message; the first entry with a matching word decides. They refer to the item quoted, or to the last one
   * sent within a day.
   */
  keywords?: readonly { kind: Kind; words: readonly string[] }[];
  /** A link that was opened (default `click`), or passed on in a message (default `share`). */
  links?: { opened?: Kind; passedOn?: Kind };
}

/** Time of the operator's day, `HH:MM`, for all groups or for those listed, and the topic to post in. */
export type Slot = string | { at: string; groups?: readonly string[]; topic?: string | number };

/**
 * Words of a command: `zh` alone or with a slash, `en` with a slash (small letters, digits and `_`). Missing ones keep
 * the shipped words.
 */
export type CommandOptions = { [Name in keyof typeof COMMANDS]?: { zh?: string; en?: string } | false };

/** Refusal of a message by a platform. */
export interface Refusal {
  /** True if the platform may accept it later, within the slot. */
  retry: boolean;
  /**
   * Wait requested by the platform, in milliseconds. Nothing is sent to this place until then; a slot that ends before
   * is dropped.
   */
  after?: Millis;
  /** True if nothing can be sent there any more: the group receives no pushes until the bot is back. */
  gone?: boolean;
  /** New id of the group: it is renamed, and the message is sent there. */
  movedTo?: string;
}

/** Log entry. It names no user, so that `forget` need not rewrite logs. */
export interface LogEntry {
  event: 'sent' | 'silent' | 'empty' | 'failed' | 'answered' | 'observed' | 'refused';
  /** Id of the decision. */
  decision?: string;
  item?: string;
  group?: string;
  /** `silent`: the rule, and its end if known. */
  rule?: string;
  until?: Millis;
  /**
   * `failed`: the error; `retry`: sending is retried within the hour of the slot; `released`: the decision was released
   * and counts nowhere.
   */
  error?: string;
  retry?: boolean;
  released?: true;
  /** `observed`: the kind; `again` if the interaction was known. */
  kind?: Kind;
  again?: true;
  /** `answered`, `refused`: the command. */
  command?: string;
  /** `refused`: the reason, such as an invalid button payload or too many commands. */
  why?: string;
  data?: string;
}

/** Message to send. */
export interface Message {
  /** Complete text: title, reason, link. */
  text: string;
  /** Buttons; `data` has at most 64 bytes and is passed to {@link Talk.press}. Empty for plain answers. */
  buttons: { kind: Kind; text: string; data: string }[];
  /** Words to reply with, for platforms without buttons. Absent for plain answers. */
  hint?: string;
  /** Address of a picture to show with the text. */
  picture?: string;
  /** Fields in the platform's own form, which override the adapter's fields. */
  native?: object;
  decision?: string;
  item?: string;
  link?: string;
  /** Topic of the group, as given by its slot. */
  topic?: string | number;
}

/** Content of an item's message, as `render` returns it. Absent fields keep their defaults. */
export interface Content {
  /** Complete text. Default: title, reason and link. */
  text?: string;
  /** Address of a picture (`https://…`), or `false` for none. Default: `data.cover` of the item if it is an address. */
  picture?: string | false;
  /** Fields in the platform's own form (Discord `embeds`, Slack `blocks`, options of Telegram). Default: none. */
  native?: object;
}

/** Input of `render` besides the item and the decision. */
export interface RenderContext {
  /** The usual text: title, reason, link. */
  text: string;
  /** The reason in words; absent where it would tell others about one person's taste. */
  reason: string | undefined;
  /** Link to the item: from the template, else `data.url`, whose openings are not counted. */
  link: string | undefined;
  /** Token by which a link or a mini-program page of the host's own names this message. */
  token: string;
  lang: 'zh' | 'en';
}

export interface TalkOptions {
  /** Channel of the bot. Default: the group's. */
  channel?: string;
  /** Language where the user's is unknown: any Chinese tag gives Chinese, all others English. Default `zh`. */
  lang?: string;
  /**
   * Link to an item: a template with `{token}`, and `{item}`, `{group}`, `{user}` (of the last two, the one not
   * addressed is empty).
   */
  link?: string;
  /** Mapping of buttons, words and links to kinds. */
  rules?: Rules;
  /**
   * Times of pushes to groups. Days are the operator's (`utcOffsetMinutes` of the recommender). A slot is served up to
   * an hour late, and not after midnight. Short form of a journey with the id `schedule`, which is added to the
   * operations unless they have one; every due step of a journey for groups is sent.
   */
  schedule?: readonly Slot[];
  /** Sends to a group; rejects on failure. Required for a schedule. */
  send?: (group: string, message: Message) => Promise<unknown>;
  /**
   * Interprets an error of sending. `false`: the message may have arrived, so it is neither sent again nor released.
   * Otherwise the platform did not accept it; `true` means `{ retry: true }`. Default: `false` for all errors.
   */
  refused?: (error: unknown, place: { group: string; user?: undefined } | { user: string; group?: undefined }) => boolean | Refusal;
  /**
   * Returns the content of an item's message: a card, a picture, a page of a mini-program. If it throws, the decision is
   * released and the error is logged. Default: title, reason, link, and the picture `data.cover`.
   */
  render?: (item: Item, decision: Decision, context: RenderContext) => Content | undefined;
  /**
   * Key that signs tokens in buttons and links, at least 16 secret bytes. Default: a random key of this process, with a
   * warning, since buttons and links then become invalid with it.
   */
  secret?: string;
  /** Commands under other names, or `false` to switch one off. */
  commands?: CommandOptions;
  /** Maximum number of commands answered per person and minute. Default 30. */
  commandsPerMinute?: number;
  /** Receives every decision, sending and interaction. Default: prints a line on the console. */
  log?: (entry: LogEntry) => void;
  /** Returns the time in milliseconds. Default `Date.now`. */
  now?: () => Millis;
}

/** Author, place and time of a message. */
export interface Saying {
  /** The platform's id of it, unique within one recommender. A repeated delivery counts once. */
  id: string;
  /**
   * Person. Absent if written in the name of a chat: then it counts for the group only, and changes no user's record.
   */
  user?: string | undefined;
  /** Group. Absent in private. */
  group?: string;
  /** The platform's time of it. */
  at: Millis;
  /** Language of the author, if known. */
  lang?: string;
}

/** Texts of the bot in one language. Some take arguments: a name, labels, a reason. */
export type Words = Readonly<Record<string, any>>;

/** Bot on any platform: an adapter reports events, and sends the answers. */
export class Talk {
  /** @throws TypeError that names the option, the rule and the value. */
  constructor(recommender: Remembering, options?: TalkOptions);
  /** The options that hold, with their defaults. */
  readonly options: Readonly<
    Required<Pick<TalkOptions, 'lang' | 'log' | 'now' | 'refused'>> & Pick<TalkOptions, 'channel' | 'link' | 'render' | 'schedule' | 'send'>
  > & { readonly commands: Partial<typeof COMMANDS>; readonly rules: Required<Rules> };
  /** Returns the texts of the bot in a language. Default: that of the options. */
  words(lang?: string): Words;
  /**
   * Handles a message. `quoted` is the text of the message it replies to, or any text with its token; `me` is the bot's
   * own name, without which commands addressed by name (`/next@tea_bot`) are ignored. Returns true if it was a command.
   */
  onMessage(message: Saying & { text: string; quoted?: string | undefined; me?: string | undefined }, reply: (answer: Message) => Promise<unknown>): Promise<boolean>;
  /** Handles a message that is not a command, for frameworks with commands of their own. */
  onPlainText(message: Saying & { text: string; quoted?: string | undefined }): Promise<void>;
  /** Runs a command by name; `rest` is the text after it. */
  run(name: keyof typeof COMMANDS, asker: Saying & { rest?: string }, reply: (answer: Message) => Promise<unknown>): Promise<void>;
  /**
   * Handles a button press; returns the text to show to the user. It counts once per person, kind and decision, in the
   * place where the bot sent the button.
   */
  onButton(press: Omit<Saying, 'id'> & { id?: string; data: string }): Promise<string>;
  /**
   * Handles the opening of a link, by a member of a group or by the user it was sent to. Returns its item, or
   * `undefined` if the link is unknown. It counts once.
   */
  onLink(visit: { link: string; group?: string; user?: string; at: Millis }): Promise<Item | undefined>;
  /** Handles a user's joining of a group; without a user, the bot's own: pushes resume and the help is sent. */
  onJoin(
    joining: { id: string; group: string; user?: string; at: Millis; lang?: string },
    reply?: (answer: Message) => Promise<unknown>,
  ): Promise<void>;
  /** Handles a user's leaving of a group. */
  onLeave(leaving: { group: string; user?: string | undefined }): Promise<void>;
  /** Handles the bot's removal from a group, or the loss of its right to write: pushes stop until it is back. */
  onRemoval(removal: { group: string }): Promise<void>;
  /** Handles the bot's return to a group: pushes resume. */
  onReturn(group: { group: string }): Promise<void>;
  /** Handles a change of a group's id; its state is kept. A repeated call has no effect. */
  onMove(moving: { from: string; to: string }): Promise<void>;
  /** Serves the slots that are due; to be called about every half minute. */
  tick(now?: Millis): Promise<void>;
}

/** Commands: their words, and their descriptions. */
export const COMMANDS: Record<'next' | 'off' | 'on' | 'tags' | 'forget' | 'help', { zh: string; en: string; say: { zh: string; en: string } }>;
/** Actions on a tag, in both languages. */
export const TAG_ACTIONS: Record<'remove' | 'block' | 'unblock', { zh: string; en: string }>;
/** Shipped rules. */
export const RULES: Required<Rules>;

/**
 * Returns the commands in use: the shipped ones, renamed or switched off.
 * @throws TypeError that names the command, the rule and the value.
 */
export function checkedCommands(commands?: CommandOptions): Partial<typeof COMMANDS>;
/** Returns the command in a message, if it is one. */
export function commandIn(text: string, commands?: Partial<typeof COMMANDS>): { name: keyof typeof COMMANDS; rest: string } | undefined;
/** Formats a log entry as one line. */
export function logLine(entry: LogEntry): string;
/** Makes a listener for `node:http` that counts openings and redirects to the item. */
export function countedLinks(
  talk: Talk,
  options: { to: (item: Item) => string; now?: () => Millis },
): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
