/** @file nextpick as a grammY middleware: what Telegram tells becomes what nextpick hears, and what nextpick says is sent. */

import { Composer, GrammyError, InlineKeyboard } from 'grammy';
import { COMMANDS, Talk } from 'nextpick-bot';

const HALF_A_MINUTE = 30_000;
/** A bad gateway, or too many at once: Telegram did not take it, and may later. A ban or a missing chat stays one. */
const refusedForNow = (error) => error instanceof GrammyError && (error.error_code === 429 || error.error_code >= 500);

/**
 * @param {import('nextpick-bot').Remembering} recommender
 * @param {import('./index.js').Options} options
 */
export function nextpick(recommender, { api, ...options }) {
  const send = (group, message) => api.sendMessage(group, message.text, outfit(message));
  const talk = new Talk(recommender, { channel: 'telegram', refused: refusedForNow, send, ...options });
  const composer = new Composer();

  composer.on('message:text', async (ctx, next) => {
    const { text, date, reply_to_message: answered } = ctx.msg;
    const quoted = answered && JSON.stringify([answered.text, answered.reply_markup]);
    const heard = await talk.hear({ ...who(ctx), text, quoted, at: date * 1000 }, replyIn(ctx));
    if (!heard) await next();
  });

  // What does not begin as ours is another middleware's.
  composer.callbackQuery(/^np:/, async (ctx) => {
    const { id, data } = ctx.callbackQuery;
    const text = await talk.press({ ...who(ctx), id: `telegram:press:${id}`, data, at: talk.options.now() });
    await ctx.answerCallbackQuery({ text }).catch((error) => talk.options.log({ event: 'failed', error: error.message }));
  });

  composer.on('my_chat_member', async (ctx, next) => {
    const { old_chat_member: before, new_chat_member: after, date } = ctx.myChatMember;
    const entered = ['left', 'kicked'].includes(before.status) && ['member', 'administrator'].includes(after.status);
    const { id, group, lang } = who(ctx);
    if (entered && group) await talk.joined({ id, group, lang, at: date * 1000 }, replyIn(ctx));
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
    await talk.left({ group: who(ctx).group, user: String(ctx.msg.left_chat_member.id) });
    await next();
  });

  /** Keeps the schedule until the function that it gives back is called. */
  const start = () => {
    const timer = setInterval(() => talk.tick(), HALF_A_MINUTE);
    return () => clearInterval(timer);
  };
  return Object.assign(composer, { talk, start });
}

/** The commands as Telegram's menu shows them, for `api.setMyCommands`. */
export const commandMenu = (lang = 'zh') => Object.values(COMMANDS).map(({ en: command, say }) => ({ command, description: say[lang] }));

/** Who, where, and the update's own id: Telegram delivers an update again under the same one. */
const who = (ctx) => ({
  id: `telegram:${ctx.update.update_id}`,
  user: String(ctx.from?.id),
  group: ctx.chat && ctx.chat.type !== 'private' ? String(ctx.chat.id) : undefined,
  lang: ctx.from?.language_code,
});

const replyIn = (ctx) => (message) => ctx.reply(message.text, outfit(message));

/** Buttons; and no preview of links, which Telegram would fetch as if somebody had opened them. */
const outfit = ({ buttons }) => ({
  link_preview_options: { is_disabled: true },
  ...(buttons.length && { reply_markup: new InlineKeyboard().add(...buttons.map(({ text, data }) => InlineKeyboard.text(text, data))) }),
});
