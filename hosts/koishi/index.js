/**
 * @file The Koishi plugin: passes Koishi's events to nextpick, sends its messages, and keeps the state in the database.
 */

'use strict';

const { readFile } = require('node:fs/promises');
const { basename, resolve } = require('node:path');

const { h } = require('koishi');
const { openRecommender } = require('nextpick');
const { Talk, checkedCommands, logLine } = require('nextpick-bot');
const { readRecords } = require('nextpick/files');

const { Config } = require('./config');
const { refusalIn } = require('./refusal');
const { DatabaseStore, declare, keptSecret } = require('./store');

const HALF_A_MINUTE = 30_000;
/** A reload may open the state before the previous instance has closed it. */
const closing = new WeakMap();

function apply(ctx, { items, link, buttons, lang, schedule, keywords, commands = {}, secret, render, recommender: config }) {
  const logger = ctx.logger('nextpick');
  // The line is text, not a format string.
  const log = (entry) => logger[entry.event === 'failed' ? 'warn' : 'info']('%s', logLine(entry));
  declare(ctx);
  ctx.provide('nextpick');

  /** The opened state; `undefined` if it could not be opened, which is logged once. Earlier messages wait for it. */
  const opened = open().catch((error) => void logger.error(error));
  const withTalk = async (work) => (await opened) && work((await opened).talk);

  async function open() {
    await closing.get(ctx.root);
    const library = items && (await readLibrary(resolve(ctx.baseDir, items)));
    const recommender = await openRecommender(new DatabaseStore(ctx), { items: library, config });
    const send = (group, message) => post(ctx, group, contentOf(message, buttons));
    // Koishi passes an empty list if none is configured.
    const rules = keywords?.length ? { keywords } : {};
    const slots = schedule.map(({ at, groups }) => (groups?.length ? { at, groups } : at));
    const options = { lang, link, schedule: slots, rules, commands, secret: secret || (await keptSecret(ctx.database)), log, refused: refusalIn, render: render ?? undefined, send };
    return (ctx.nextpick = { recommender, talk: new Talk(recommender, options) });
  }

  const replyIn = (session) => (message) => session.send(contentOf(message, buttons));

  for (const [name, { zh, en, say }] of Object.entries(checkedCommands(commands))) {
    if (name === 'help') continue; // Koishi registers commands itself.
    ctx.i18n.define('zh-CN', `commands.${zh}.description`, say.zh);
    ctx.i18n.define('en-US', `commands.${zh}.description`, say.en);
    ctx.command(name === 'tags' ? `${zh} [rest:text]` : zh, { checkArgCount: true })
      .alias(en)
      .action(({ session }, rest) => isNobody(session) ? undefined : withTalk((talk) => talk.run(name, { ...describeEvent(session), rest: rest && h.unescape(rest) }, replyIn(session))));
  }

  ctx.middleware(async (session, next) => {
    const text = h.select(session.elements ?? [], 'text').map(({ attrs }) => attrs.content).join('');
    if (!isNobody(session)) await withTalk((talk) => talk.onPlainText({ ...describeEvent(session), text, quoted: session.quote?.content }));
    return next();
  });
  ctx.on('interaction/button', (session) => {
    const data = session.event.button?.id ?? '';
    // Other payloads belong to other plugins.
    if (data.startsWith('np:')) return withTalk(async (talk) => session.send(h.text(await talk.onButton({ ...describeEvent(session), data }))));
  });
  const came = (session) => withTalk((talk) => talk.onJoin({ ...describeEvent(session, 'join'), user: undefined }));
  const gone = (session) => withTalk(async (talk) => {
    for (const group of await groupsOf(ctx, session)) await talk.onRemoval({ group });
  });
  // Koishi has no event for a group that becomes a supergroup; Telegram reports it under both ids.
  ctx.on('internal/session', ({ platform, event }) => {
    const { chat, migrate_to_chat_id: to, migrate_from_chat_id: from } = telegramIn(event)?.message ?? {};
    if (to === undefined && from === undefined) return;
    const [before, after] = [from ?? chat.id, to ?? chat.id].map((id) => `${platform}:${id}`);
    return withTalk((talk) => talk.onMove({ from: before, to: after }));
  });
  ctx.on('guild-added', came);
  ctx.on('guild-removed', gone);
  // Platforms report the bot itself by either event.
  ctx.on('guild-member-added', (session) => {
    if (session.userId === session.selfId) return came(session);
    const joining = describeEvent(session, 'join');
    if (joining.user !== undefined) return withTalk((talk) => talk.onJoin(joining));
  });
  ctx.on('guild-member-removed', (session) => (session.userId === session.selfId ? gone(session) : withTalk((talk) => talk.onLeave(describeEvent(session)))));

  ctx.setInterval(() => withTalk((talk) => talk.tick()), HALF_A_MINUTE);
  ctx.on('dispose', () => {
    closing.set(ctx.root, opened.then((open) => open?.recommender.close()).catch((error) => logger.warn(error)));
  });
}

/** Returns the content of a message: its picture, then its text, with buttons if the platform shows them. */
function contentOf(message, buttons) {
  const picture = [...h.normalize(message.native ?? []), ...(message.picture ? [h('img', { src: message.picture })] : [])];
  if (!buttons || !message.buttons.length) {
    const text = h.text([message.text, message.hint].filter(Boolean).join('\n'));
    return picture.length ? [...picture, text] : text;
  }
  return [...picture, h.text(message.text), h('button-group', message.buttons.map(({ text, data }) => h('button', { id: data, type: 'action' }, text)))];
}

/** Accounts that represent a chat: Telegram's accounts for anonymous administrators, channels and itself. */
const SERVICE = new Set(['telegram:777000', 'telegram:1087968824', 'telegram:136817688', 'telegram:1271266957']);
/** Returns the original Telegram update of an event, if any. */
const telegramIn = ({ _type, _data }) => (_type === 'telegram' ? _data : undefined);
const isOfChat = ({ uid, event }) => SERVICE.has(uid) || telegramIn(event)?.message?.sender_chat !== undefined;
const isPerson = (session) => session.userId !== undefined && !session.event.user?.isBot && !isOfChat(session);
/**
 * True if a message is from a bot, which could answer this one for ever, or from a linked channel, whose posts are not
 * messages of the group.
 */
const isNobody = (session) =>
  (Boolean(session.event.user?.isBot) && !isOfChat(session)) || Boolean(telegramIn(session.event)?.message?.is_automatic_forward);

/**
 * Returns author, place and time in Koishi's ids: `platform:user`, `platform:channel`. A repeated delivery of a message
 * keeps its id; two joins at the same moment count as one.
 */
function describeEvent(session, source = 'message') {
  const { uid, cid, messageId, timestamp } = session;
  const group = session.isDirect ? undefined : session.channelId ? cid : session.gid;
  const ids = { message: messageId && `${cid}:${messageId}`, join: `${group}:${uid}:${timestamp}` };
  return { id: ids[source], user: isPerson(session) ? uid : undefined, group, at: timestamp };
}

/**
 * Returns the groups of a guild that the bot has left: the guild itself if it is a group, and its channels known to
 * Koishi.
 */
async function groupsOf(ctx, { platform, guildId, channelId }) {
  const channels = await ctx.database.get('channel', { platform, guildId }, ['id']);
  const ids = new Set([channelId, guildId, ...channels.map(({ id }) => id)]);
  return [...ids].filter(Boolean).map((id) => `${platform}:${id}`);
}

/** Sends to a group through its assigned bot, else through any bot of the platform. */
async function post(ctx, group, content) {
  const [platform, ...rest] = group.split(':');
  const id = rest.join(':');
  const { assignee } = (await ctx.database.getChannel(platform, id, ['assignee'])) ?? {};
  const bot = ctx.bots[`${platform}:${assignee}`] ?? ctx.bots.find((one) => one.platform === platform);
  if (!bot) throw Object.assign(new Error(`no bot of ${platform} is available to send to ${group}`), { nextpick: { retry: true } });
  await bot.sendMessage(id, content);
}

async function readLibrary(file) {
  const library = [];
  const batches = readRecords(await readFile(file), { sort: 'items', name: basename(file) });
  for await (const batch of batches) library.push(...batch.map(({ record }) => record));
  return library;
}

exports.name = 'nextpick';
exports.inject = ['database'];
exports.Config = Config;
exports.apply = apply;
