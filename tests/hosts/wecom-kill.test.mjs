// A process is killed before, during, after and between its calls of WeCom: nothing is sent twice, no task is lost.
// KILLS=100 kills more often; KILL_SEED=n draws the same times.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { openRecommender } from '../../pkg/store/node.js';
import { drawing } from '../store/contract.mjs';
import { people } from './wecom/people.mjs';
import { HOUR, NOW, stateFolder } from './wecom/shop.mjs';
import { WecomStandIn } from './wecom/stand-in.mjs';

const WORKER = fileURLToPath(new URL('wecom/worker.mjs', import.meta.url));
const KILLS = Number(process.env.KILLS ?? 6);
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const CHANGING = ['add_msg_template', 'cancel_groupmsg_send', 'remind_groupmsg_send', 'get_groupmsg_send_result', 'get_groupmsg_list_v2'].map((name) => `externalcontact/${name}`);
const CONFIG = { cadence: 'wecom', utcOffsetMinutes: 480 };
const ITEMS = Array.from({ length: 400 }, (_, i) => ({ id: `item-${i}`, title: `Piece ${i}` }));

test(`a process killed ${KILLS} times sends nothing twice and loses no task`, async (t) => {
  t.diagnostic(`KILL_SEED=${SEED} KILLS=${KILLS}`);
  const { below, one } = drawing(SEED);
  let now = NOW;
  const wecom = await new WecomStandIn({ now: () => now }).open();
  t.after(() => wecom.close());
  people(wecom);
  const folder = stateFolder();
  let mayConfirm = true;
  wecom.extra.clock = () => {
    now += mayConfirm ? below(3) * HOUR : 6 * HOUR;
    if (mayConfirm) for (const staff of wecom.contacts.staff) if (!below(staff === 'zhou' ? 30 : 3)) wecom.messages.confirm(staff);
    return { now };
  };
  const task = JSON.stringify({ origin: wecom.origin, corpId: wecom.corpId, secret: wecom.secret, folder, items: ITEMS, config: CONFIG });
  const start = () => {
    const child = spawn(process.execPath, [WORKER, task], { stdio: ['ignore', 'ignore', 'pipe'] });
    let result = '';
    child.stderr.setEncoding('utf8').on('data', (piece) => (result += piece));
    return { child, ended: once(child, 'close').then(([, signal]) => assert.equal(signal, 'SIGKILL', result)) };
  };

  const killedAt = {};
  for (let round = 0; round < KILLS; round += 1) {
    const { child, ended } = start();
    // A call of a path that changes state, or the n-th call of any path.
    const target = { path: one([undefined, ...CHANGING]), calls: below(3), last: wecom.calls.length + 2 + below(30), phase: one(['before', 'after', 'answered']), isDropped: below(2) === 0 };
    const killed = new Promise((resolve) => {
      wecom.onCall = async ({ number, phase, path }) => {
        if (phase !== target.phase) return undefined;
        const isDue = target.path ? (path === target.path && target.calls-- === 0) || number >= target.last + 100 : number >= target.last;
        if (!isDue) return undefined;
        wecom.onCall = async () => {};
        if (phase === 'answered') await wait(below(12));
        child.kill('SIGKILL');
        killedAt[path] = (killedAt[path] ?? 0) + 1;
        await ended;
        resolve();
        return phase === 'before' && target.isDropped ? 'drop' : undefined;
      };
    });
    await Promise.race([killed, ended.then(() => killed)]);
  }

  // The process finishes its work: staff confirm nothing more, and the remaining tasks expire.
  mayConfirm = false;
  const { child, ended } = start();
  const end = now + 4 * 24 * HOUR;
  // The last kill is at a call of the clock: the process creates no task at that moment.
  wecom.onCall = async ({ phase, path }) => {
    if (path !== 'clock' || phase !== 'after' || now < end) return;
    child.kill('SIGKILL');
    await ended;
  };
  await ended;

  const { received, tasks } = wecom.messages;
  t.diagnostic(`killed at ${JSON.stringify(killedAt)}; ${tasks.size} tasks, ${received.length} received`);
  const deliveries = received.map(({ to, content }) => `${to} ${content.text.content}`);
  assert.equal(new Set(deliveries).size, deliveries.length, 'the same item twice');
  const rows = [...tasks.values()].flatMap(({ recipients }) => [...recipients.values()]);
  assert.deepEqual(rows.filter(({ status }) => status === 3), [], 'more than the limit allows');
  // Exactly the sent messages are recorded as sent.
  const rec = await openRecommender(folder);
  const recent = now - 2 * 24 * HOUR;
  const open = new Set([...rec.users(), ...rec.groups()].flatMap(({ data }) => Object.values(data.wecom.tasks ?? {}).map(({ msgid }) => msgid)));
  for (const { id } of [...rec.users(), ...rec.groups()]) {
    const subject = id.startsWith('wr') ? { group: id } : { user: id };
    const known = rec.profile({ ...subject, now, limit: 1000 }).received.filter(({ at }) => at < recent).map(({ item }) => rec.item(item).title);
    const sent = received.filter(({ to, at }) => to === id && at * 1000 < recent).map(({ content }) => content.text.content);
    assert.deepEqual(known.sort(), sent.sort(), `${id}, KILL_SEED=${SEED}`);
  }
  const left = [...tasks.values()].filter(({ msgid, confirmedAt, cancelled }) => !confirmedAt && !cancelled && !open.has(msgid));
  assert.deepEqual(left, [], `lost, KILL_SEED=${SEED}`);
  await rec.close();
  assert.ok(received.length > 5);
});
