// nextpick-wechaty, end to end: wechaty over its mock puppet, the state in a folder. Wechaty has 166 MB, so it is installed only with FULL=1;
// otherwise the suite is skipped with a message.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mock, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { openRecommender } from '../../pkg/store/node.js';
import { Transcript } from './transcript.mjs';
import { CONFIG, ITEMS, clock, stateFolder } from './world.mjs';

const folder = fileURLToPath(new URL('../../hosts/wechaty/', import.meta.url));
const wanted = process.env.FULL === '1';
if (wanted && !existsSync(`${folder}node_modules/wechaty`)) {
  // On Windows, npm is a script that needs a shell.
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
}

const from = createRequire(new URL('../../hosts/wechaty/index.js', import.meta.url));
const load = (name) => import(pathToFileURL(from.resolve(name)));

/** Sets up WeChat and an account that can be restarted over the same store; messages are written to the transcript. */
async function setUp(t) {
  const [{ WechatyBuilder }, { PuppetMock, mock: wechat }] = await Promise.all([load('wechaty'), load('wechaty-puppet-mock')]);
  const { nextpick } = await import('../../hosts/wechaty/index.js');
  mock.timers.enable({ apis: ['Date'], now: clock(0, '09:00') });
  t.after(() => mock.timers.reset());
  const script = new Transcript();
  const state = stateFolder();
  const world = { script, failures: [] };
  const contact = (id) => ({ id, name: id });

  world.start = async () => {
    const mocker = new wechat.Mocker();
    const puppet = new PuppetMock({ mocker });
    const bot = WechatyBuilder.build({ puppet });
    const rec = await openRecommender(state, { items: ITEMS, config: CONFIG });
    const plugin = nextpick(rec, { schedule: ['09:30'], log: script.log });
    // The puppet has no event for a handled message.
    let dealtWith;
    for (const verb of ['hear', 'joined']) {
      const does = plugin.talk[verb].bind(plugin.talk);
      plugin.talk[verb] = (...given) => does(...given).finally(() => dealtWith?.());
    }
    bot.use(plugin);
    // When a member joins, wechaty looks for a contact with the room's id and warns that there is none.
    bot.on('error', (error) => assert.match(error.message, /no payload found for id spring@chatroom/));
    await bot.start();
    const self = mocker.createContact(contact('tea-house'));
    const people = Object.fromEntries(['小满', 'Ada'].map((name) => [name, mocker.createContact(contact(name))]));
    const room = mocker.createRoom({ id: 'spring@chatroom', topic: '春茶群', memberIdList: ['tea-house', '小满'] });
    const loggedIn = new Promise((resolve) => bot.once('login', resolve));
    mocker.login(self);
    await loggedIn;
    const send = puppet.messageSendText.bind(puppet);
    puppet.messageSendText = async (to, text) => {
      const failure = world.failures.shift();
      if (failure) throw failure;
      script.sends(to === room.id ? '春茶群' : to, text);
      return send(to, text);
    };
    const dealing = (begin) => new Promise((resolve) => {
      dealtWith = resolve;
      begin();
    });
    Object.assign(world, { rec, talk: plugin.talk });
    world.joins = (name) => dealing(() => room.add(people[name]).by(people.小满));
    world.say = async (name, text, { inPrivate = false } = {}) => {
      script.says(inPrivate ? `${name} (in private)` : name, text);
      await dealing(() => people[name].say(text).to(inPrivate ? self : room));
      return [...mocker.cacheMessagePayload.values()].findLast(({ talkerId }) => talkerId === name).id;
    };
    world.deliverAgain = (id, what) => {
      script.says(what, '(the same message once more)');
      return dealing(() => puppet.emit('message', { messageId: id }));
    };
    world.stop = async () => {
      await bot.stop();
      await rec.close();
    };
  };
  await world.start();
  t.after(() => world.stop());
  return world;
}

test('a dialogue in a room', { skip: !wanted && 'wechaty is 166 MB: FULL=1 installs it and runs this' }, async (t) => {
  const world = await setUp(t);
  const { script } = world;
  const user = '小满';

  script.heading('A user joins the room, requests an item and responds');
  await world.joins('Ada');
  const asked = await world.say('小满', '下一条');
  await world.say('小满', '收藏');
  await world.say('Ada', '这个怎么买？');

  script.heading('A repeated delivery counts once');
  await world.deliverAgain(asked, '小满');

  script.heading('09:30: the room gets an item; a minute later it gets nothing');
  mock.timers.setTime(clock(0, '09:30'));
  await world.talk.tick();
  mock.timers.setTime(clock(0, '09:31'));
  await world.talk.tick();

  script.heading('A new process over the same store, within the same slot');
  await world.stop();
  await world.start();
  await world.talk.tick();
  await world.say('Ada', '不喜欢');

  script.heading('The next day: sending fails; the message may have arrived and is not repeated');
  mock.timers.setTime(clock(1, '09:30'));
  world.failures.push(new Error('the puppet gave no answer'));
  await world.talk.tick();
  mock.timers.setTime(clock(1, '09:31'));
  await world.talk.tick();

  script.heading('Personalisation, tags, deletion');
  await world.say('小满', '我的标签');
  await world.say('小满', '我的标签', { inPrivate: true });
  await world.say('小满', '推荐关', { inPrivate: true });
  assert.equal(world.rec.recommend({ user, now: Date.now() }).personalised, false);
  await world.say('小满', '下一条', { inPrivate: true });
  await world.say('小满', '推荐开', { inPrivate: true });
  await world.say('小满', '忘记我', { inPrivate: true });
  await world.say('小满', '忘记我', { inPrivate: true });
  assert.equal(world.rec.profile({ user, now: Date.now() }).coldStart, true);
  script.is('wechaty');
});
