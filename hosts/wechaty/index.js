/** @file nextpick as a wechaty plugin: passes messages in rooms and in private to nextpick, and sends its messages. */

import { randomBytes } from 'node:crypto';

import { Talk } from 'nextpick-bot';

const HALF_A_MINUTE = 30_000;

/** The account is not in the room: the message certainly was not sent. */
class RoomGone extends Error {}
const refusalIn = (error) => error instanceof RoomGone && { retry: false, gone: true };

/**
 * @param {import('nextpick-bot').Remembering} recommender
 * @param {import('nextpick-bot').TalkOptions} options
 */
export function nextpick(recommender, options = {}) {
  /** @type {any} The bot of wechaty, once the plugin is installed. */
  let bot;
  const send = async (group, message) => {
    const room = await bot.Room.find({ id: group });
    if (!room) throw new RoomGone(`this account is in no room ${group}`);
    await say(room, message);
  };
  // Without links no token is sent, so any key suffices.
  const secret = options.link ? undefined : randomBytes(32).toString('base64url');
  const talk = new Talk(recommender, { channel: 'wechat', secret, refused: refusalIn, send, ...options });

  /** Official and company accounts are not persons; unknown ones are treated as persons. */
  const isPerson = (contact) => {
    const { Official, Corporation } = bot.Contact.Type;
    return !contact.isReady() || ![Official, Corporation].includes(contact.type());
  };

  const onMessage = async (message) => {
    if (message.self() || message.type() !== bot.Message.Type.Text) return;
    const [room, talker] = [message.room(), message.talker()];
    const text = room && (await message.mentionSelf()) ? await message.mentionText() : message.text();
    const user = isPerson(talker) ? talker.id : undefined;
    // After a login, rooms that contain the account may not have been found yet.
    if (room) await talk.onReturn({ group: room.id });
    const saying = { id: `wechat:${message.id}`, user, group: room?.id, at: message.date().getTime(), me: bot.currentUser.name() };
    await talk.onMessage({ ...saying, text }, (answer) => say(room ?? talker, answer));
  };
  const joined = async (room, people, _, date) => {
    for (const person of people) {
      const joining = { id: `wechat:${room.id}:${person.id}:${date.getTime()}`, group: room.id, at: date.getTime() };
      if (person.self()) await talk.onJoin(joining, (answer) => room.say(answer.text));
      else if (isPerson(person)) await talk.onJoin({ ...joining, user: person.id });
    }
  };
  const left = async (room, people) => {
    for (const person of people) await (person.self() ? talk.onRemoval({ group: room.id }) : talk.onLeave({ group: room.id, user: person.id }));
  };

  /** Wraps a listener: errors of wechaty are logged and do not end the bot. */
  const guarded = (listener) => async (...given) => {
    try {
      await listener(...given);
    } catch (error) {
      talk.options.log({ event: 'failed', error: error.message });
    }
  };

  function plugin(installed) {
    bot = installed;
    const listeners = { message: guarded(onMessage), 'room-join': guarded(joined), 'room-leave': guarded(left) };
    for (const [event, listener] of Object.entries(listeners)) bot.on(event, listener);
    const timer = setInterval(() => bot.isLoggedIn && talk.tick(), HALF_A_MINUTE).unref();
    return () => {
      clearInterval(timer);
      for (const [event, listener] of Object.entries(listeners)) bot.off(event, listener);
    };
  }
  return Object.assign(plugin, { talk });
}

/**
 * Returns a message as text. WeChat has no buttons, so the labels to reply with are appended.
 * @param {import('nextpick-bot').Message} message
 */
const written = ({ text, hint }) => [text, hint].filter(Boolean).join('\n');

/** Sends a message; `native` is any other content that wechaty can send, such as a card (`UrlLink`, `MiniProgram`) or a picture (`FileBox`). */
async function say(place, message) {
  if (message.native) await place.say(message.native);
  await place.say(written(message));
}
