/**
 * What every chatbot with nextpick shares: what people say and press becomes interactions, commands are answered, groups get something by
 * the clock. It knows no platform; an adapter tells it what happened and sends what it is given.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Decision, Group, Interaction, Item, Kind, Millis, Profile, ProfileRequest, RecommendRequest } from 'nextpick';

/** What a talk needs of a recommender: one from `openRecommender`, whose promises resolve when it is on disk, or one in memory. */
export interface Remembering {
  recommend(request: RecommendRequest): Decision;
  accept(decision: Decision): { accepted: boolean } | Promise<{ accepted: boolean }>;
  decision(id: string): object | undefined;
  release(decision: string): boolean | Promise<boolean>;
  observe(interaction: Interaction): boolean | Promise<boolean>;
  putGroups(groups: Group[]): unknown;
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

/** Which interaction a button, a word or a link is. A part that is given replaces the whole part of those that ship. */
export interface Rules {
  /** Buttons under a piece, in order: the kind (at most 19 bytes), and what stands on them. Default: click, save, dismiss. */
  buttons?: readonly { kind: Kind; zh: string; en: string }[];
  /** Words in a message. The first entry that has a word in it decides. They speak of the piece quoted, or of the last of a day. */
  keywords?: readonly { kind: Kind; words: readonly string[] }[];
  /** A link of ours: opened (default `click`), or passed on in a message (default `share`). */
  links?: { opened?: Kind; passedOn?: Kind };
}

/** A time of the operator's day, `HH:MM`, for all groups or for these, and in which topic of theirs. */
export type Slot = string | { at: string; groups?: readonly string[]; topic?: string | number };

/** A command's words: `zh` alone or with a slash, `en` with a slash (small letters, digits and `_`). What is not given stays as it ships. */
export type CommandOptions = { [Name in keyof typeof COMMANDS]?: { zh?: string; en?: string } | false };

/** The refusal of a message by a platform. */
export interface Refusal {
  /** Whether it may take it later, within the slot. */
  retry: boolean;
  /** Not before so many milliseconds have passed. Nothing else is sent there until then, and a slot that ends before is given up. */
  after?: Millis;
  /** Nothing can be sent there any more: the group gets nothing by the clock until the bot is back. */
  gone?: boolean;
  /** The id that the group has now: it is moved, and the message is sent there. */
  movedTo?: string;
}

/** One line of the log. It names no user, so that `forget` has nothing to look for in logs. */
export interface LogEntry {
  event: 'sent' | 'silent' | 'empty' | 'failed' | 'answered' | 'observed' | 'refused';
  /** The decision it is about. */
  decision?: string;
  item?: string;
  group?: string;
  /** `silent`: the rule, and until when it says so. */
  rule?: string;
  until?: Millis;
  /** `failed`: what went wrong, whether it is tried again within its hour, and whether the decision was taken back, so that it counts nowhere. */
  error?: string;
  retry?: boolean;
  released?: true;
  /** `observed`: what it was; `again` if it was known already. */
  kind?: Kind;
  again?: true;
  /** `answered`, `refused`: the command. */
  command?: string;
  /** `refused`: what is wrong with a button's payload, or that there were too many commands. */
  why?: string;
  data?: string;
}

/** What is to be sent. */
export interface Message {
  /** All of it: title, why, link. */
  text: string;
  /** What may be pressed; `data` has at most 64 bytes and comes back in {@link Talk.press}. Empty under plain answers. */
  buttons: { kind: Kind; text: string; data: string }[];
  /** For platforms without buttons: what may be written instead. Absent under plain answers. */
  hint?: string;
  decision?: string;
  item?: string;
  link?: string;
  /** In which topic of the group, as its slot says. */
  topic?: string | number;
}

export interface TalkOptions {
  /** Through which channel it speaks. Default: the group's. */
  channel?: string;
  /** The language where nobody's is known: anything Chinese is Chinese, all else English. Default `zh`. */
  lang?: string;
  /** Where a piece is read: a template with `{token}`, and `{item}`, `{group}`, `{user}` (the last two empty where it was sent to the other). */
  link?: string;
  /** What is observed. */
  rules?: Rules;
  /** When groups get something. Days are the operator's (`utcOffsetMinutes` of the recommender). A slot is kept up to an hour late. */
  schedule?: readonly Slot[];
  /** Sends to a group; rejects if it could not. Needed for a schedule. */
  send?: (group: string, message: Message) => Promise<unknown>;
  /**
   * Reads an error of sending: `false` says that the message may have arrived, so that it is neither sent again nor taken back; else the
   * platform did not take it. `true` is `{ retry: true }`. Default: `false` for all.
   */
  refused?: (error: unknown, place: { group: string } | { user: string }) => boolean | Refusal;
  /**
   * The key with which tokens in buttons and links are signed, at least 16 bytes that nobody else knows. Default: one that lasts as long as the
   * process, with a warning, since buttons and links end with it then.
   */
  secret?: string;
  /** Commands under other names, or `false` to switch one off. */
  commands?: CommandOptions;
  /** How many commands of one person are answered within a minute. Default 30. */
  commandsPerMinute?: number;
  /** Told of every decision, sending and interaction. Default: a line on the console. */
  log?: (entry: LogEntry) => void;
  /** The clock. Default `Date.now`. */
  now?: () => Millis;
}

/** Who says something, where and when. */
export interface Saying {
  /** The platform's id for it, unique over all that one recommender hears. Delivered again, it counts once. */
  id: string;
  /** A person. Absent where it is said in the name of a chat: then it is the group's alone, and changes nobody's record. */
  user?: string | undefined;
  /** Absent in private. */
  group?: string;
  /** The platform's time of it. */
  at: Millis;
  /** The writer's language, where it is known. */
  lang?: string;
}

export class Talk {
  /** @throws TypeError that names the option, the rule and the value. */
  constructor(recommender: Remembering, options?: TalkOptions);
  /**
   * A message. `quoted` is the text of what it answers, or any text with its token; `me` is the bot's own name, without which a command that is
   * addressed to anybody (`/next@tea_bot`) is not obeyed. Whether it was a command.
   */
  hear(message: Saying & { text: string; quoted?: string | undefined; me?: string | undefined }, reply: (answer: Message) => Promise<unknown>): Promise<boolean>;
  /** A message that is no command, for frameworks with commands of their own. */
  overhear(message: Saying & { text: string; quoted?: string | undefined }): Promise<void>;
  /** A command by its name; `rest` is what stands after it. */
  run(name: keyof typeof COMMANDS, asker: Saying & { rest?: string }, reply: (answer: Message) => Promise<unknown>): Promise<void>;
  /** A button; gives back what to tell who pressed it. It counts once for each person, kind and decision, where the bot has sent it. */
  press(press: Omit<Saying, 'id'> & { id?: string; data: string }): Promise<string>;
  /** A link was opened, by somebody of a group or by the user it was sent to. Gives back its item, if it is one of ours. It counts once. */
  open(visit: { link: string; group?: string; user?: string; at: Millis }): Promise<Item | undefined>;
  /** Somebody came into a group; without a user it was the bot, which gets its slots again and says what it can do. */
  joined(
    joining: { id: string; group: string; user?: string; at: Millis; lang?: string },
    reply?: (answer: Message) => Promise<unknown>,
  ): Promise<void>;
  /** Somebody left a group. */
  left(leaving: { group: string; user?: string | undefined }): Promise<void>;
  /** The bot was put out of a group, or may not write there: nothing is decided for it by the clock until it is back. */
  removed(removal: { group: string }): Promise<void>;
  /** The bot is in a group after all, and may write there: it gets its slots again. */
  returned(group: { group: string }): Promise<void>;
  /** A group goes on under another id, with all that is known of it. Told twice it counts once. */
  moved(moving: { from: string; to: string }): Promise<void>;
  /** Keeps the slots that are due; to be called every half minute or so. */
  tick(now?: Millis): Promise<void>;
}

/** The commands: their words, and what they do in a sentence. */
export const COMMANDS: Record<'next' | 'off' | 'on' | 'tags' | 'forget' | 'help', { zh: string; en: string; say: { zh: string; en: string } }>;
/** What may be done to a tag, in both languages. */
export const TAG_ACTIONS: Record<'remove' | 'block' | 'unblock', { zh: string; en: string }>;
/** The rules that ship. */
export const RULES: Required<Rules>;

/** The commands that ship, renamed or without those that are switched off. */
export function checkedCommands(commands?: CommandOptions): Partial<typeof COMMANDS>;
/** The command in a message, if it is one. */
export function commandIn(text: string, commands?: Partial<typeof COMMANDS>): { name: keyof typeof COMMANDS; rest: string } | undefined;
/** An entry of the log as one line. */
export function logLine(entry: LogEntry): string;
/** A listener for `node:http` that counts openings and leads on to the piece. */
export function countedLinks(
  talk: Talk,
  options: { to: (item: Item) => string; now?: () => Millis },
): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
