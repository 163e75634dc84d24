/** nextpick for discord.js. */

import type { Client, RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js';
import type { CommandOptions, Remembering, Talk, TalkOptions } from 'nextpick-bot';

export interface Options extends TalkOptions {
  /**
   * The client, before or after its login. Without a `secret` the key of buttons and links is derived from its token, if
   * it has one by then.
   */
  client: Client;
}

export interface NextpickDiscord {
  /** Logic of the bot: `talk.tick(now)` serves the slots that are due. */
  readonly talk: Talk;
  /** Starts the schedule, checked every half minute; returns the function that stops it. */
  start(): () => void;
}

/**
 * Connects a client with a recommender. Channels of a guild are groups; direct messages are private. Default channel:
 * `discord`.
 */
export function nextpick(recommender: Remembering, options: Options): NextpickDiscord;

/** Returns the slash commands: `client.application.commands.set(commandMenu())`; `commands` as in the options. */
export function commandMenu(commands?: CommandOptions): RESTPostAPIChatInputApplicationCommandsJSONBody[];
