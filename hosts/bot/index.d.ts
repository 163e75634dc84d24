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
  observe(interaction: Interaction): boolean | Promise<boolean>;
  putGroups(groups: Group[]): unknown;
  join(joining: { group: string; user: string; at: Millis }): boolean | Promise<boolean>;
  leave(leaving: { group: string; user: string }): boolean | Promise<boolean>;
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

/** A time of the operator's day, `HH:MM`, for all groups or for these. */
export type Slot = string | { at: string; groups?: readonly string[] };

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
  /** `failed`: what went wrong, and whether it is tried again within its hour. */
  error?: string;
  retry?: boolean;
  /** `observed`: what it was; `again` if it was known already. */
  kind?: Kind;
  again?: true;
  /** `answered`: the command. */
  command?: string;
  /** `refused`: what is wrong with a button's payload. */
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
  /** Whether an error of `send` means that the platform said no, so that it did not arrive and may be sent again. Default: never. */
  refused?: (error: unknown) => boolean;
  /** Told of every decision, sending and interaction. Default: a line on the console. */
  log?: (entry: LogEntry) => void;
  /** The clock. Default `Date.now`. */
  now?: () => Millis;
}

/** Who says something, where and when. */
export interface Saying {
  /** The platform's id for it, unique over all that one recommender hears. Delivered again, it counts once. */
  id: string;
  user: string;
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
  /** A message. `quoted` is the text of what it answers, or any text with its token. Whether it was a command. */
  hear(message: Saying & { text: string; quoted?: string | undefined }, reply: (answer: Message) => Promise<unknown>): Promise<boolean>;
  /** A message that is no command, for frameworks with commands of their own. */
  overhear(message: Saying & { text: string; quoted?: string | undefined }): Promise<void>;
  /** A command by its name; `rest` is what stands after it. */
  run(name: keyof typeof COMMANDS, asker: Saying & { rest?: string }, reply: (answer: Message) => Promise<unknown>): Promise<void>;
  /** A button; gives back what to tell who pressed it. */
  press(press: Saying & { data: string }): Promise<string>;
  /** A link was opened, by somebody of a group or by the user it was sent to. Gives back its item, if it is one of ours. */
  open(visit: { link: string; group?: string; user?: string; at: Millis; id?: string }): Promise<Item | undefined>;
  /** Somebody came into a group; without a user it was the bot, which then says what it can do. */
  joined(
    joining: { id: string; group: string; user?: string; at: Millis; lang?: string },
    reply?: (answer: Message) => Promise<unknown>,
  ): Promise<void>;
  /** Somebody left a group. */
  left(leaving: { group: string; user: string }): Promise<void>;
  /** Keeps the slots that are due; to be called every half minute or so. */
  tick(now?: Millis): Promise<void>;
}

/** The commands: their words, and what they do in a sentence. */
export const COMMANDS: Record<'next' | 'off' | 'on' | 'tags' | 'forget' | 'help', { zh: string; en: string; say: { zh: string; en: string } }>;
/** What may be done to a tag, in both languages. */
export const TAG_ACTIONS: Record<'remove' | 'block' | 'unblock', { zh: string; en: string }>;
/** The rules that ship. */
export const RULES: Required<Rules>;

/** The command in a message, if it is one. */
export function commandIn(text: string): { name: keyof typeof COMMANDS; rest: string } | undefined;
/** An entry of the log as one line. */
export function logLine(entry: LogEntry): string;
/** A listener for `node:http` that counts openings and leads on to the piece. */
export function countedLinks(
  talk: Talk,
  options: { to: (item: Item) => string; now?: () => Millis },
): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
