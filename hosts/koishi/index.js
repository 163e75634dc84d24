/** @file The Koishi plugin: what Koishi tells becomes what nextpick hears, what nextpick says is sent, and the database keeps the state. */

'use strict';

const { readFile } = require('node:fs/promises');
const { basename, resolve } = require('node:path');

const { h } = require('koishi');
const { openRecommender } = require('nextpick');
const { COMMANDS, Talk, logLine } = require('nextpick-bot');
const { readRecords } = require('nextpick/files');

const { Config } = require('./config');
const { DatabaseStore, declare } = require('./store');

const HALF_A_MINUTE = 30_000;
/** A reload opens what its predecessor may not have closed yet. */
const closing = new WeakMap();

/** The platform answered, and said that it could not just now. */
const refusedForNow = ({ response }) => response?.status === 429 || response?.status >= 500;

function apply(ctx, { items, link, buttons, lang, schedule, keywords, recommender: config }) {
  const logger = ctx.logger('nextpick');
  const log = (entry) => logger[entry.event === 'failed' ? 'warn' : 'info'](logLine(entry));
  declare(ctx);
  ctx.provide('nextpick');

  /** What is open, or undefined where it could not be opened, which is told once. Whoever speaks before waits for it. */
  const opened = open().catch((error) => void logger.error(error));
  const withTalk = async (work) => (await opened) && work((await opened).talk);

  async function open() {
    await closing.get(ctx.root);
    const library = items && (await readLibrary(resolve(ctx.baseDir, items)));
    const recommender = await openRecommender(new DatabaseStore(ctx), { items: library, config });
    const send = (group, message) => post(ctx, group, dressed(message));
    // A list that nobody filled in comes as an empty one.
    const rules = keywords?.length ? { keywords } : {};
    const slots = schedule.map(({ at, groups }) => (groups?.length ? { at, groups } : at));
    return (ctx.nextpick = { recommender, talk: new Talk(recommender, { lang, link, schedule: slots, rules, log, refused: refusedForNow, send }) });
  }

  const dressed = (message) => {
    if (!buttons || !message.buttons.length) return h.text([message.text, message.hint].filter(Boolean).join('\n'));
    return [h.text(message.text), h('button-group', message.buttons.map(({ text, data }) => h('button', { id: data, type: 'action' }, text)))];
  };
  const replyIn = (session) => (message) => session.send(dressed(message));

  for (const [name, { zh, en, say }] of Object.entries(COMMANDS)) {
    if (name === 'help') continue; // Koishi has its own.
    ctx.i18n.define('zh-CN', `commands.${zh}.description`, say.zh);
    ctx.i18n.define('en-US', `commands.${zh}.description`, say.en);
    ctx.command(name === 'tags' ? `${zh} [rest:text]` : zh, { checkArgCount: true })
      .alias(en)
      .action(({ session }, rest) => withTalk((talk) => talk.run(name, { ...saying(session), rest: rest && h.unescape(rest) }, replyIn(session))));
  }

  ctx.middleware(async (session, next) => {
    const text = h.select(session.elements ?? [], 'text').map(({ attrs }) => attrs.content).join('');
    await withTalk((talk) => talk.overhear({ ...saying(session), text, quoted: session.quote?.content }));
    return next();
  });
  ctx.on('interaction/button', (session) => {
    const data = session.event.button?.id ?? '';
    // What does not begin as ours is another plugin's.
    if (data.startsWith('np:')) return withTalk(async (talk) => session.send(h.text(await talk.press({ ...saying(session, 'press'), data }))));
  });
  ctx.on('guild-added', (session) => withTalk((talk) => talk.joined({ ...saying(session, 'join'), user: undefined })));
  ctx.on('guild-member-added', (session) => withTalk((talk) => talk.joined(saying(session, 'join'))));
  ctx.on('guild-member-removed', (session) => withTalk((talk) => talk.left(saying(session))));

  ctx.setInterval(() => withTalk((talk) => talk.tick()), HALF_A_MINUTE);
  ctx.on('dispose', () => {
    closing.set(ctx.root, opened.then((open) => open?.recommender.close()).catch((error) => logger.warn(error)));
  });
}

/**
 * Who, where, when, in Koishi's ids: `platform:user`, `platform:channel`. A message has an id of its platform, and so has one that is
 * delivered again. A press has none, so pressing the same button of the same message again is the same; so is coming in at the same moment.
 */
function saying(session, what = 'message') {
  const { uid, cid, messageId, timestamp } = session;
  const group = session.isDirect ? undefined : session.channelId ? cid : session.gid;
  const ids = {
    message: messageId && `${cid}:${messageId}`,
    press: `${cid}:${messageId}:${uid}:${session.event.button?.id}`,
    join: `${group}:${uid}:${timestamp}`,
  };
  return { id: ids[what], user: uid, group, at: timestamp };
}

/** Sends to a group through the bot that Koishi has assigned to it, else any of the platform. */
async function post(ctx, group, content) {
  const [platform, ...rest] = group.split(':');
  const id = rest.join(':');
  const { assignee } = (await ctx.database.getChannel(platform, id, ['assignee'])) ?? {};
  const bot = ctx.bots[`${platform}:${assignee}`] ?? ctx.bots.find((one) => one.platform === platform);
  if (!bot) throw new Error(`no bot of ${platform} is there to send to ${group}`);
  await bot.sendMessage(id, content);
}

async function readLibrary(file) {
  const library = [];
  const batches = readRecords(await readFile(file), { sort: 'items', name: basename(file) });
  for await (const batch of batches) library.push(...batch.map(({ record }) => record));
  return library;
}

module.exports = { name: 'nextpick', inject: ['database'], Config, apply };
