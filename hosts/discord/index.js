/** @file nextpick for discord.js: passes slash commands, buttons and messages to nextpick, and sends its messages. */

import { createHmac } from 'node:crypto';

import {
  ActionRowBuilder, ButtonBuilder, ButtonStyle, DiscordAPIError, InteractionContextType, MessageFlags, RateLimitError, SlashCommandBuilder,
} from 'discord.js';
import { Talk, checkedCommands } from 'nextpick-bot';

const HALF_A_MINUTE = 30_000;
/** Codes of Discord for channels in which a bot cannot write: unknown channel or guild, no access, no permission. */
const CLOSED = [10003, 10004, 50001, 50013];
/** Maximum lengths: of the key by which Discord recognises a repeated message, and buttons per row. */
const NONCE_CHARS = 25;
const ROW = 5;

class ChannelGone extends Error {}

/**
 * @param {import('nextpick-bot').Remembering} recommender
 * @param {import('./index.js').Options} options
 */
export function nextpick(recommender, { client, ...options }) {
  const send = async (group, message) => {
    const channel = await client.channels.fetch(String(message.topic ?? group));
    if (!channel?.isSendable()) throw new ChannelGone(`no messages can be sent to ${group}`);
    // discord.js repeats a request after an internal error of Discord; with the key it is sent once.
    const once = message.decision && { nonce: message.decision.slice(0, NONCE_CHARS), enforceNonce: true };
    await channel.send(/** @type {import('discord.js').MessageCreateOptions} */ ({ ...outfit(message), ...once }));
  };
  // The bot's token is a secret that is stable across restarts.
  const secret = client.token ? createHmac('sha256', client.token).update('nextpick').digest('base64url') : undefined;
  const talk = new Talk(recommender, { channel: 'discord', secret, refused: refusalIn, send, ...options });
  const names = new Map(Object.entries(talk.options.commands).map(([name, { en }]) => [en, name]));
  const fail = (error) => talk.options.log({ event: 'failed', error: error.message });

  const pressed = async (interaction) => {
    const content = await talk.onButton({ ...senderOf(interaction), data: interaction.customId });
    await interaction.reply({ content, flags: MessageFlags.Ephemeral, allowedMentions: NOBODY });
  };
  const commanded = async (interaction, name) => {
    const { group, ...asker } = senderOf(interaction);
    // Only items are shown to all. Personal answers are shown to their user, like in private.
    const isOpen = name === 'next';
    const rest = interaction.options.getString('what') ?? '';
    const reply = (message) => interaction.reply({ ...outfit(message), ...(!isOpen && { flags: MessageFlags.Ephemeral }) });
    await talk.run(name, { ...asker, rest, ...(isOpen && { group }) }, reply);
    // Too many commands, or a repeated delivery: Discord requires an answer.
    if (!interaction.replied) await interaction.reply({ content: talk.words(asker.lang).slow, flags: MessageFlags.Ephemeral });
  };

  const listeners = {
    interactionCreate: async (interaction) => {
      // Other buttons and commands belong to other listeners.
      if (interaction.isButton() && interaction.customId.startsWith('np:')) return pressed(interaction);
      const name = interaction.isChatInputCommand() && names.get(interaction.commandName);
      return name ? commanded(interaction, name) : undefined;
    },
    messageCreate: async (message) => {
      // Bots could answer each other for ever; webhooks and service messages have no user.
      if (message.author.bot || message.webhookId || message.system) return;
      const quoted = message.reference && (await message.fetchReference().catch(() => undefined));
      const about = quoted && JSON.stringify([quoted.content, quoted.components]);
      await talk.onMessage({ ...senderOf(message), text: message.content, quoted: about }, (answer) => message.reply(outfit(answer)));
    },
    channelDelete: ({ id }) => talk.onRemoval({ group: id }),
    threadDelete: ({ id }) => talk.onRemoval({ group: id }),
  };
  for (const [event, listener] of Object.entries(listeners)) client.on(event, (...given) => listener(...given).catch(fail));

  /** Runs the schedule until the returned function is called. */
  const start = () => {
    const timer = setInterval(() => talk.tick(), HALF_A_MINUTE);
    return () => clearInterval(timer);
  };
  return { talk, start };
}

/** Returns the slash commands, for `client.application.commands.set`; `commands` as in the options. */
export const commandMenu = (commands = {}) =>
  Object.entries(checkedCommands(commands)).map(([name, { zh, en, say }]) => {
    const command = new SlashCommandBuilder().setName(en).setNameLocalizations({ 'zh-CN': zh }).setDescription(say.en);
    command.setDescriptionLocalizations({ 'zh-CN': say.zh }).setContexts(InteractionContextType.Guild, InteractionContextType.BotDM);
    if (name === 'tags') command.addStringOption((option) => option.setName('what').setDescription('remove | block | unblock, and a tag'));
    return command.toJSON();
  });

/** Returns author, place and time of an interaction or a message. In a guild the channel is the group. */
const senderOf = (one) => ({
  id: `discord:${one.id}`,
  user: (one.user ?? one.author).id,
  group: one.guildId ? one.channelId : undefined,
  lang: one.locale ?? one.guild?.preferredLocale,
  at: one.createdTimestamp,
});

/** Returns the refusal in an error. Without an answer of Discord the message may have arrived. */
function refusalIn(error) {
  if (error instanceof ChannelGone) return { retry: false, gone: true };
  if (error instanceof RateLimitError) return { retry: true, after: error.retryAfter };
  return error instanceof DiscordAPIError && { retry: false, gone: CLOSED.includes(Number(error.code)) };
}

/** No mentions: a title must not notify all members. */
const NOBODY = { parse: [] };

/** @param {import('nextpick-bot').Message} message */
const outfit = ({ text, buttons, picture, native }) => {
  const all = buttons.map(({ text: label, data }) => new ButtonBuilder().setCustomId(data).setLabel(label).setStyle(ButtonStyle.Secondary));
  const rows = Array.from({ length: Math.ceil(all.length / ROW) }, (_, i) => new ActionRowBuilder().addComponents(all.slice(i * ROW, (i + 1) * ROW)));
  const shown = picture ? { embeds: [{ image: { url: picture } }] } : {};
  // The flag prevents link previews, but would hide native embeds, too.
  const flags = picture || (native && 'embeds' in native) ? {} : { flags: MessageFlags.SuppressEmbeds };
  return { content: text, components: rows, allowedMentions: NOBODY, ...flags, ...shown, ...native };
};
