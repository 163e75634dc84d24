// Weeks of nextpick-wecom with an API that fails at random, over a recommender in memory: exactly the sent messages are recorded.
// WECOM_SEED=n draws the same faults; WECOM_RUNS=n runs more weeks.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WecomClient, createWecomHost } from '../../hosts/wecom/index.js';
import { createRecommender } from '../../pkg/node.js';
import { drawing } from '../store/contract.mjs';
import { delivery, eventXml, CALLBACK } from './wecom/callbacks.mjs';
import { people } from './wecom/people.mjs';
import { DAY, HOUR, MINUTE, NOW, SECRET } from './wecom/shop.mjs';
import { WecomStandIn } from './wecom/stand-in.mjs';

const RUNS = Number(process.env.WECOM_RUNS ?? 1);
const SEED = Number(process.env.WECOM_SEED ?? Date.now() % 1_000_000);
const FAULTS = ['lost-before', 'lost-after', 'html', -1, 42001, 45009, 48002];
const PATHS = ['add_msg_template', 'add_moment_task', 'get_groupmsg_send_result', 'get_groupmsg_list_v2', 'get_groupmsg_task', 'cancel_groupmsg_send', 'remind_groupmsg_send', 'get_moment_task_result', 'get_moment_send_result', 'batch/get_by_user', 'groupchat/get'];
const ITEMS = Array.from({ length: 120 }, (_, i) => ({ id: `item-${i}`, title: `Piece ${i}`, data: { url: `https://tea.example/${i}` } }));

for (let run = 0; run < RUNS; run += 1) {
  test(`a week of faults, ${run + 1}`, async (t) => {
    const seed = SEED + run;
    t.diagnostic(`WECOM_SEED=${seed}`);
    const { below, one } = drawing(seed);
    let now = NOW;
    const clock = () => now;
    const wecom = await new WecomStandIn({ now: clock }).open();
    t.after(() => wecom.close());
    people(wecom);
    const rec = await createRecommender({ items: ITEMS, config: { cadence: 'wecom', utcOffsetMinutes: 480 } });
    const client = new WecomClient({ corpId: wecom.corpId, secret: wecom.secret, origin: wecom.origin, now: clock, wait: async () => {}, retries: 1 });
    const make = () => createWecomHost({ recommender: rec, client, callback: CALLBACK, links: { url: 'https://host.example/x/', secret: SECRET }, now: clock, log: () => {}, lapseMs: 18 * HOUR });
    let host = make();
    const calm = async (work) => work().catch((error) => assert.equal(error.name, 'WecomError', error.stack));

    for (const end = now + 7 * DAY; now < end; now += (1 + below(8)) * HOUR) {
      if (!below(2)) wecom.failures[`externalcontact/${one(PATHS)}`] = Array.from({ length: 1 + below(3) }, () => one(FAULTS));
      // A new process over the same state.
      if (!below(6)) host = make();
      await calm(() => host.sync());
      await host.tick();
      const users = rec.users().map(({ id }) => ({ user: id, now, ...(!below(4) && { channel: 'moments' }) }));
      const groups = rec.groups().map(({ id }) => ({ group: id, now }));
      await host.handOver(rec.recommendAll([...users, ...groups], { reasons: false }));
      if (!below(3)) wecom.messages.confirm(one(wecom.contacts.staff));
      if (!below(3)) wecom.messages.publish(one(wecom.contacts.staff));
      if (!below(5)) {
        const ExternalUserID = one(['wm-a', 'wm-c', 'wm-e']);
        const isLost = below(2) === 0;
        if (isLost) wecom.contacts.unfollow(ExternalUserID, 'lin');
        else wecom.contacts.follow(ExternalUserID, 'lin');
        const event = { Event: 'change_external_contact', ChangeType: isLost ? 'del_follow_user' : 'add_external_contact', UserID: 'lin', ExternalUserID };
        await host.callback(delivery(eventXml(wecom.corpId, event, Math.floor(now / 1000)), wecom.corpId));
      }
      await host.poll();
    }
    // The API works again, and staff confirm nothing more.
    for (const path of PATHS) delete wecom.failures[`externalcontact/${path}`];
    for (let i = 0; i < 30; i += 1, now += i % 2 ? 4 * HOUR : 11 * MINUTE) await host.tick();

    const { received, tasks, moments } = wecom.messages;
    t.diagnostic(`${tasks.size} tasks, ${moments.size} moments, ${received.length} received`);
    assert.deepEqual(host.staffView().staff, [], 'every task has ended');
    assert.deepEqual([...tasks.values()].filter(({ confirmedAt, cancelled }) => !confirmedAt && !cancelled).map(({ msgid }) => msgid), [], 'forgotten');
    const rows = [...tasks.values()].flatMap(({ recipients }) => [...recipients.values()]);
    assert.equal(rows.filter(({ status }) => status === 3).length, 0, 'more than the limit allows');
    const pieces = (list) => list.map(({ content }) => content.text.content.split('\n')[0]);
    assert.equal(new Set(received.map(({ to, content }) => `${to} ${content.text.content}`)).size, received.length, 'the same item twice');
    for (const { id } of [...rec.users(), ...rec.groups()]) {
      const known = rec.profile({ [id.startsWith('wr') ? 'group' : 'user']: id, now, limit: 1000 }).received.map(({ item }) => rec.item(item).title);
      const got = pieces(received.filter(({ to }) => to === id));
      // A Moments post is visible to every customer of its sender, with or without a decision.
      const seen = pieces([...moments.values()].filter(({ published }) => [...published.values()].some((ids) => ids.includes(id))));
      assert.deepEqual(got.filter((title) => !known.includes(title)), [], `${id} got what is not known`);
      assert.deepEqual(known.filter((title) => !got.includes(title) && !seen.includes(title)), [], `${id} did not get what is known`);
    }
    assert.ok(received.length > 10);
  });
}
