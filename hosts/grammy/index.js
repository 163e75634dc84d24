/** @file nextpick as a grammY middleware: what Telegram tells becomes what nextpick hears, and what nextpick says is sent. */

import { createHmac } from 'node:crypto';

import { Composer, GrammyError, InlineKeyboard } from 'grammy';
import { Talk, checkedCommands } from 'nextpick-bot';

const HALF_A_MINUTE = 30_000;
/** Descriptions under the code 400 of chats in which a bot cannot write; the code 403 alone says that it was put out. */
const CLOSED = /chat not found|chat was deleted|is deactivated|PEER_ID_INVALID|CHAT_WRITE_FORBIDDEN|not enough rights|have no rights|need administrator rights/i;

/**
 * @param {import('nextpick-bot').Remembering} recommender
 * @param {import('./index.js').Options} options
 */
export function nextpick(recommender, { api, ...options }) {
  const send = (chat, { topic, ...message }) =>
    api.sendMessage(chat, message.text, { ...outfit(message), ...(topic !== undefined && { message_thread_id: Number(topic) }) });
  // The bot's own token is a secret that outlives the process.
  const secret = api.token && createHmac('sha256', api.token).update('nextpick').digest('base64url');
  const talk = new Talk(recommender, { channel: 'telegram', secret, refused: refusalIn, send, ...options });
  const composer = new Composer();

  composer.on('message:text', async (ctx, next) => {
    const { text, date, reply_to_message: answered } = ctx.msg;
    // Two bots that answer each other would not end; and posts of a linked channel are no opinion of the group.
    if ((ctx.from?.is_bot && !isOfChat(ctx)) || ctx.msg.is_automatic_forward) return next();
    const quoted = answered && JSON.stringify([answered.text, answered.reply_markup]);
    const heard = await talk.hear({ ...who(ctx), me: ctx.me.username, text, quoted, at: date * 1000 }, replyIn(ctx));
    if (!heard) await next();
  });

  // What does not begin as ours is another middleware's.
  composer.callbackQuery(/^np:/, async (ctx) => {
    // A press is always a person's, also under a channel's post.
    const text = await talk.press({ ...who(ctx), user: String(ctx.from.id), data: ctx.callbackQuery.data, at: talk.options.now() });
    await ctx.answerCallbackQuery({ text }).catch((error) => talk.options.log({ event: 'failed', error: error.message }));
  });

  composer.on('my_chat_member', async (ctx, next) => {
    const { old_chat_member: before, new_chat_member: after, date } = ctx.myChatMember;
    const { id, group, lang } = who(ctx);
    if (group && !isThere(after)) await talk.removed({ group });
    else if (group && !isThere(before)) await talk.joined({ id, group, lang, at: date * 1000 }, replyIn(ctx));
    await next();
  });
  composer.on('message:new_chat_members', async (ctx, next) => {
    const { id, group } = who(ctx);
    const people = ctx.msg.new_chat_members.filter((one) => !one.is_bot);
    // One update may bring several; the place in its list tells them apart.
    for (const [place, { id: user }] of people.entries()) {
      await talk.joined({ id: `${id}:${place}`, group, user: String(user), at: ctx.msg.date * 1000 });
    }
    await next();
  });
  composer.on('message:left_chat_member', async (ctx, next) => {
    const { id, is_bot: isBot } = ctx.msg.left_chat_member;
    const { group } = who(ctx);
    if (id === ctx.me.id) await talk.removed({ group });
    else if (!isBot) await talk.left({ group, user: String(id) });
    await next();
  });
  // A group that becomes a supergroup says so in both, under the old id and under the new one.
  composer.on('message:migrate_to_chat_id', async (ctx, next) => {
    await talk.moved({ from: String(ctx.chat.id), to: String(ctx.msg.migrate_to_chat_id) });
    await next();
  });
  composer.on('message:migrate_from_chat_id', async (ctx, next) => {
    await talk.moved({ from: String(ctx.msg.migrate_from_chat_id), to: String(ctx.chat.id) });
    await next();
  });

  /** Keeps the schedule until the function that it gives back is called. */
  const start = () => {
    const timer = setInterval(() => talk.tick(), HALF_A_MINUTE);
    return () => clearInterval(timer);
  };
  return Object.assign(composer, { talk, start });
}

/** The commands as Telegram's menu shows them, for `api.setMyCommands`; `commands` as in the options. */
export const commandMenu = (lang = 'zh', commands = {}) =>
  Object.values(checkedCommands(commands)).map(({ en: command, say }) => ({ command, description: say[lang] }));

/** Telegram's own accounts, which stand for chats: Telegram, anonymous administrators, senders in a channel's name, replies. */
const SERVICE = new Set([777000, 1087968824, 136817688, 1271266957]);
/** Whether a message comes in the name of a chat and not of a person, whatever account stands beside it. */
const isOfChat = (ctx) => Boolean(ctx.senderChat) || SERVICE.has(ctx.from?.id);

/** Who, where, and the update's own id: Telegram delivers an update again under the same one. */
const who = (ctx) => ({
  id: `telegram:${ctx.update.update_id}`,
  user: ctx.from && !ctx.from.is_bot && !isOfChat(ctx) ? String(ctx.from.id) : undefined,
  group: ctx.chat && ctx.chat.type !== 'private' ? String(ctx.chat.id) : undefined,
  lang: ctx.from?.language_code,
});

/** Whether a member is in the chat and may write there. */
const isThere = ({ status, is_member: isMember, can_send_messages: maySend, can_post_messages: mayPost }) =>
  ({ left: false, kicked: false, restricted: isMember && maySend !== false, administrator: mayPost !== false })[status] ?? true;

/** The refusal in an error. Without an answer of Telegram the message may have arrived: `false`. */
function refusalIn(error) {
  if (!(error instanceof GrammyError)) return false;
  const { error_code: code, description, parameters } = error;
  if (parameters.migrate_to_chat_id !== undefined) return { retry: true, movedTo: String(parameters.migrate_to_chat_id) };
  // Too many at once, or trouble within: Telegram did not take it, and may later. After a timeout within (504) it may have arrived.
  if (code === 504) return false;
  if (code === 429 || code >= 500) return { retry: true, after: (parameters.retry_after ?? 0) * 1000 };
  return { retry: false, gone: code === 403 || (code === 400 && CLOSED.test(description)) };
}

const replyIn = (ctx) => (message) => ctx.reply(message.text, outfit(message));

/** Buttons; and no preview of links, which Telegram would fetch as if somebody had opened them. */
const outfit = ({ buttons }) => ({
  link_preview_options: { is_disabled: true },
  ...(buttons.length && { reply_markup: new InlineKeyboard().add(...buttons.map(({ text, data }) => InlineKeyboard.text(text, data))) }),
});
