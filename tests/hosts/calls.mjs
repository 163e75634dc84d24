// Mock of Telegram's API without HTTP: returns configured answers and records the calls.
import { Bot } from 'grammy';

import { nextpick } from '../../hosts/grammy/index.js';
import { DAY, ITEMS, NOW } from './world.mjs';

export const GROUP = { id: -100123, type: 'supergroup', title: '春茶群' };
export const ADA = { id: 12, is_bot: false, first_name: 'Ada', language_code: 'en' };
/** Account that Telegram gives as the sender of anonymous administrators. */
export const ANONYMOUS = { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };
const ME = { id: 1, is_bot: true, first_name: '茶馆', username: 'tea_bot' };

/** Items that may be sent once in total. */
export const COUPONS = ITEMS.map((item) => ({ ...item, caps: [{ count: 1, per: 'total' }] }));

/** Creates a bot over a recommender; `answer` is Telegram's answer to every call, or a function of the call. */
export function telegram(rec, { answer = { ok: true, result: true }, now = NOW, schedule = ['09:30'], token = '1:test', ...options } = {}) {
  const world = { now, answer, calls: [], log: [] };
  const bot = new Bot(token, { botInfo: ME });
  bot.api.config.use(async (_, method, payload) => {
    const said = typeof world.answer === 'function' ? world.answer(method, payload) : world.answer;
    if (method === 'sendMessage' && said.ok) world.keyboard = payload.reply_markup?.inline_keyboard.flat().map(({ callback_data: data }) => data);
    world.calls.push({ at: world.now, method, chat: String(payload.chat_id), text: payload.text, topic: payload.message_thread_id });
    if (said === 'silence') throw new Error('socket hang up');
    return said;
  });
  const plugin = nextpick(rec, { api: bot.api, lang: 'en', now: () => world.now, log: (entry) => world.log.push(entry), schedule, ...options });
  bot.use(plugin);
  let serial = 1;
  world.talk = plugin.talk;
  world.tick = () => plugin.talk.tick(world.now);
  world.update = (output, id = serial++) => bot.handleUpdate({ update_id: id, ...output });
  world.message = (output, id) => world.update({ message: { message_id: serial, date: world.now / 1000, chat: GROUP, from: ADA, ...output } }, id);
  world.press = (data, { from = ADA, chat = GROUP } = {}) =>
    world.update({ callback_query: { id: `c${serial}`, from, chat_instance: '1', data, message: { message_id: 1, date: 1, chat, text: '…' } } });
  world.member = (before, after, chat = GROUP) => {
    const [old, next] = [before, after].map((one) => ({ user: ME, ...(typeof one === 'string' ? { status: one } : one) }));
    return world.update({ my_chat_member: { chat, from: ADA, date: world.now / 1000, old_chat_member: old, new_chat_member: next } });
  };
  /** Messages sent, as `chat text`. */
  world.sent = () => world.calls.filter(({ method }) => method === 'sendMessage').map(({ chat, text }) => `${chat} ${text.split('\n')[0]}`);
  /** Advances the clock by a number of days, with a tick at each slot. */
  world.days = async (count) => {
    for (let day = 0; day < count; day += 1, world.now += DAY) await world.tick();
  };
  return world;
}

export const refusal = (code, description, parameters) => ({ ok: false, error_code: code, description, ...(parameters && { parameters }) });
