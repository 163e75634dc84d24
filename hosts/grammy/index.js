/** @file nextpick as grammY middleware: passes Telegram's updates to nextpick, and sends its messages. */

import { createHmac } from 'node:crypto';

import { Composer, GrammyError, InlineKeyboard } from 'grammy';
import { Talk, checkedCommands } from 'nextpick-bot';

const HALF_A_MINUTE = 30_000;
/** Descriptions of code 400 for chats in which a bot cannot write; code 403 alone means that it was removed. */
const CLOSED = /chat not found|chat was deleted|is deactivated|PEER_ID_INVALID|CHAT_WRITE_FORBIDDEN|not enough rights|have no rights|need administrator rights/i;

/**
 * @param {import('nextpick-bot').Remembering} recommender
 * @param {import('./index.js').Options} options
 */
export function nextpick(recommender, { api, ...options }) {
  /** @type {(chat: string, message: import('nextpick-bot').Message) => Promise<unknown>} */
  const send = (chat, { topic, ...message }) => {
    const options = { ...outfit(message), ...(topic !== undefined && { message_thread_id: Number(topic) }) };
    return sendWith(message, (picture, caption) => api.sendPhoto(chat, picture, { ...options, ...caption }), () => api.sendMessage(chat, message.text, options));
  };
  // The bot's token is a secret that is stable across restarts.
  const secret = api.token && createHmac('sha256', api.token).update('nextpick').digest('base64url');
  const talk = new Talk(recommender, { channel: 'telegram', secret, refused: refusalIn, send, ...options });
  const composer = new Composer();

  composer.on('message:text', async (ctx, next) => {
    const { text, date, reply_to_message: answered } = ctx.msg;
    // Bots could answer each other for ever; posts of a linked channel are not messages of the group.
    if ((ctx.from?.is_bot && !isOfChat(ctx)) || ctx.msg.is_automatic_forward) return next();
    const quoted = answered && JSON.stringify([answered.text ?? answered.caption, answered.reply_markup]);
    const isCommand = await talk.onMessage({ ...senderOf(ctx), me: ctx.me.username, text, quoted, at: date * 1000 }, replyIn(ctx));
    if (!isCommand) await next();
  });

  // In a channel, only commands are handled: other posts are content, not responses.
  composer.on('channel_post:text', async (ctx, next) => {
    const { text, date } = ctx.channelPost;
    const isCommand = text.startsWith('/') && (await talk.onMessage({ ...senderOf(ctx), me: ctx.me.username, text, at: date * 1000 }, replyIn(ctx)));
    if (!isCommand) await next();
  });

  // Other payloads belong to other middleware.
  composer.callbackQuery(/^np:/, async (ctx) => {
    // A press is always a person's, also under a channel's post.
    const text = await talk.onButton({ ...senderOf(ctx), user: String(ctx.from.id), data: ctx.callbackQuery.data, at: talk.options.now() });
    await ctx.answerCallbackQuery({ text }).catch((error) => talk.options.log({ event: 'failed', error: error.message }));
  });

  composer.on('my_chat_member', async (ctx, next) => {
    const { old_chat_member: before, new_chat_member: after, date } = ctx.myChatMember;
    const { id, group, lang } = senderOf(ctx);
    if (group && !isThere(after)) await talk.onRemoval({ group });
    else if (group && !isThere(before)) await talk.onJoin({ id, group, lang, at: date * 1000 }, replyIn(ctx));
    await next();
  });
  composer.on('message:new_chat_members', async (ctx, next) => {
    const { id, group } = senderOf(ctx);
    const people = ctx.msg.new_chat_members.filter((one) => !one.is_bot);
    // One update may contain several users; the index distinguishes them.
    for (const [place, { id: user }] of people.entries()) {
      await talk.onJoin({ id: `${id}:${place}`, group, user: String(user), at: ctx.msg.date * 1000 });
    }
    await next();
  });
  composer.on('message:left_chat_member', async (ctx, next) => {
    const { id, is_bot: isBot } = ctx.msg.left_chat_member;
    const { group } = senderOf(ctx);
    if (id === ctx.me.id) await talk.onRemoval({ group });
    else if (!isBot) await talk.onLeave({ group, user: String(id) });
    await next();
  });
  // When a group becomes a supergroup, Telegram reports it in both, under the old and the new id.
  composer.on('message:migrate_to_chat_id', async (ctx, next) => {
    await talk.onMove({ from: String(ctx.chat.id), to: String(ctx.msg.migrate_to_chat_id) });
    await next();
  });
  composer.on('message:migrate_from_chat_id', async (ctx, next) => {
    await talk.onMove({ from: String(ctx.msg.migrate_from_chat_id), to: String(ctx.chat.id) });
    await next();
  });

  /** Runs the schedule until the returned function is called. */
  const start = () => {
    const timer = setInterval(() => talk.tick(), HALF_A_MINUTE);
    return () => clearInterval(timer);
  };
  return Object.assign(composer, { talk, start });
}

/** Returns the commands for Telegram's menu, for `api.setMyCommands`; `commands` as in the options. */
export const commandMenu = (lang = 'zh', commands = {}) =>
  Object.values(checkedCommands(commands)).map(({ en: command, say }) => ({ command, description: say[lang] }));

/**
 * Service accounts of Telegram that represent chats: Telegram, anonymous administrators, senders in a channel's name,
 * replies.
 */
const SERVICE = new Set([777000, 1087968824, 136817688, 1271266957]);
/** True if a message is in the name of a chat and not of a person, from any account. */
const isOfChat = (ctx) => Boolean(ctx.senderChat) || SERVICE.has(ctx.from?.id);

/** Returns author, place and the update's id: Telegram repeats an update under the same id. */
const senderOf = (ctx) => ({
  id: `telegram:${ctx.update.update_id}`,
  user: ctx.from && !ctx.from.is_bot && !isOfChat(ctx) ? String(ctx.from.id) : undefined,
  group: ctx.chat && ctx.chat.type !== 'private' ? String(ctx.chat.id) : undefined,
  lang: ctx.from?.language_code,
});

/**
 * True if a member is in the chat and may write there.
 * @param {any} member A `ChatMember`.
 */
const isThere = ({ status, is_member: isMember, can_send_messages: maySend, can_post_messages: mayPost }) =>
  ({ left: false, kicked: false, restricted: isMember && maySend !== false, administrator: mayPost !== false })[status] ?? true;

/** Returns the refusal in an error; `false` without an answer of Telegram, since the message may have arrived. */
function refusalIn(error) {
  if (!(error instanceof GrammyError)) return false;
  const { error_code: code, description, parameters } = error;
  if (parameters.migrate_to_chat_id !== undefined) return { retry: true, movedTo: String(parameters.migrate_to_chat_id) };
  // Rate limit or internal error: Telegram did not accept it, and may later. After an internal timeout (504) it may
  // have arrived.
  if (code === 504) return false;
  if (code === 429 || code >= 500) return { retry: true, after: (parameters.retry_after ?? 0) * 1000 };
  return { retry: false, gone: code === 403 || (code === 400 && CLOSED.test(description)) };
}

const replyIn = (ctx) => (message) => {
  const options = outfit(message);
  return sendWith(message, (picture, caption) => ctx.replyWithPhoto(picture, { ...options, ...caption }), () => ctx.reply(message.text, options));
};

/** Longest text under a picture, in characters. */
const CAPTION = 1024;
/** Descriptions of code 400 for a picture that Telegram could not fetch: the text alone is sent then. */
const NO_PICTURE = /HTTP URL|web page content|PHOTO_|IMAGE_|file identifier/i;

/**
 * Sends a message with its picture, or as text where it has none.
 *
 * @param {import('nextpick-bot').Message | Omit<import('nextpick-bot').Message, 'topic'>} message
 * @param {(picture: string, caption: object) => Promise<unknown>} photo
 * @param {() => Promise<unknown>} plain
 */
async function sendWith({ picture, text }, photo, plain) {
  if (!picture || text.length > CAPTION) return plain();
  try {
    return await photo(picture, { caption: text, link_preview_options: undefined });
  } catch (error) {
    if (error instanceof GrammyError && error.error_code === 400 && NO_PICTURE.test(error.description)) return plain();
    throw error;
  }
}

/**
 * Returns the options of a message. Link previews are off, because Telegram's fetch would count as an opening.
 * @param {import('nextpick-bot').Message} message
 */
const outfit = ({ buttons, native }) => ({
  link_preview_options: { is_disabled: true },
  ...(buttons.length && { reply_markup: new InlineKeyboard().add(...buttons.map(({ text, data }) => InlineKeyboard.text(text, data))) }),
  ...native,
});
