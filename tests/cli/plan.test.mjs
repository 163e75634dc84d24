// `nextpick plan`: planning and reviewing the week of the sample, and sending that is not repeated after a crash or in a second run.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { openRecommender } from '../../pkg/store/node.js';
import { SAMPLE, file, folder, run, sampleWorld } from './run.mjs';

const NOW = 1_774_915_200_000;
const HOUR = 3_600_000;
const lines = (path) => readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line));

test('the week of the sample is planned and reviewed by line, and edits of a reviewer are kept', async () => {
  const week = join(folder, 'week.jsonl');
  const planned = await run(['plan', ...sampleWorld, '--operations', join(SAMPLE, 'operations.json'), '--from', '2026-03-31T12:00Z', '--days', '7', '--out', week, '--lang', 'en']);
  assert.equal(planned.status, 0, planned.err);
  const messages = lines(week);
  assert.match(planned.err, new RegExp(`${messages.length} messages, of which ${messages.filter(({ state }) => state === 'missed').length} cannot be sent`));
  assert.ok(messages.length > 50 && messages.every(({ at }) => at >= Date.UTC(2026, 2, 31, 12) && at < Date.UTC(2026, 3, 7, 12)));
  const shown = JSON.parse((await run(['plan', 'show', week, '--json'])).out);
  assert.equal(shown.reduce((sum, line) => sum + line.messages.length, 0), messages.length);
  assert.ok(shown.length < messages.length);
  const open = shown.find(({ items, flags }) => items.length && !flags.length);
  writeFileSync(week, messages.map((message) => `${JSON.stringify({ ...message, note: 'mine' })}\n`).join(''));
  assert.equal((await run(['plan', 'approve', week, '--line', JSON.stringify([open.id]), '--by', 'wang'])).status, 0);
  assert.equal((await run(['plan', 'reject', week, '--line', JSON.stringify([shown.at(-1).id])])).status, 0);
  const after = lines(week);
  assert.deepEqual(after.filter(({ reviewer }) => reviewer === 'wang').map(({ id }) => id), open.messages);
  assert.ok(after.every(({ note }) => note === 'mine') && after.some(({ state }) => state === 'rejected'));
  const zh = await run(['plan', 'show', week, '--lang', 'zh']);
  assert.match(zh.out, /已批准/);
  const unknown = await run(['plan', 'approve', week, '--line', 'none']);
  assert.deepEqual([unknown.status, /expected the id of a line/.test(unknown.err)], [2, true]);
});

test('an approved message is sent once; one that may no longer be sent has a reason', async () => {
  const state = join(folder, 'plan-state');
  const rec = await openRecommender(state, { items: [{ id: 'a' }, { id: 'b' }] });
  await rec.setOperations({ journeys: [{ id: 'welcome', trigger: { type: 'activity', kind: 'joined' }, steps: [{ id: 's', items: {} }] }] });
  for (const user of ['u', 'v', 'w']) await rec.observe({ user, kind: 'joined', at: NOW - HOUR }, { now: NOW });
  writeFileSync(join(folder, 'state.bin'), rec.toSnapshot());
  await rec.putItems([{ id: 'a', audience: { users: ['u', 'w'] } }]);
  await rec.close();
  const week = join(folder, 'send.jsonl');
  const planned = await run(['plan', '--snapshot', join(folder, 'state.bin'), '--from', new Date(NOW).toISOString(), '--days', '1', '--out', week]);
  assert.equal(planned.status, 0, planned.err);
  assert.deepEqual(lines(week).map(({ user, state: stage }) => [user, stage]), [['u', 'planned'], ['v', 'planned'], ['w', 'planned']]);
  await run(['plan', 'approve', week, '--all']);
  const approve = lines(week).map((message) => ({ ...message, state: 'approved', picks: [{ item: 'a' }] }));
  writeFileSync(week, approve.map((message) => `${JSON.stringify(message)}\n`).join(''));
  const send = () => run(['plan', 'send', week, '--state', state, '--now', new Date(NOW + HOUR).toISOString()]);
  const first = await send();
  assert.equal(first.status, 0, first.err);
  assert.deepEqual(first.out.trim().split('\n').map((line) => JSON.parse(line).subject.user), ['u', 'w']);
  assert.deepEqual(lines(week).map(({ user, state: stage, refused }) => [user, stage, refused?.[0]?.rule]), [['u', 'sent', undefined], ['v', 'missed', 'audience.users'], ['w', 'sent', undefined]]);
  assert.equal((await send()).out, '');
  // A message that was marked before a crash and never accepted is tried again; its step was sent, so it is not sent again.
  writeFileSync(week, lines(week).map((message) => `${JSON.stringify({ ...message, ...(message.user === 'w' && { decision: 'lost' }) })}\n`).join(''));
  const again = await send();
  assert.deepEqual([again.out, lines(week)[2].silent?.rule], ['', 'step.sent']);
});

test('an invalid edit of a plan is refused with row and field, and the file is unchanged', async () => {
  const good = { id: 'm', at: NOW, source: { slot: 's' }, request: {}, picks: [], state: 'planned' };
  for (const [change, field] of [[{ state: 'maybe' }, 'state'], [{ at: 'soon' }, 'at'], [{ picks: [{}] }, 'picks'], [{ source: {} }, 'source']]) {
    const path = file('bad.jsonl', `${JSON.stringify(good)}\n${JSON.stringify({ ...good, id: 'n', ...change })}\n`);
    const before = readFileSync(path, 'utf8');
    const { status, err } = await run(['plan', 'approve', path, '--all']);
    assert.deepEqual([status, err.includes(`bad.jsonl row 2, field "${field}"`)], [1, true], err);
    assert.equal(readFileSync(path, 'utf8'), before);
  }
  const twice = file('twice.jsonl', `${JSON.stringify(good)}\n${JSON.stringify(good)}\n`);
  assert.match((await run(['plan', 'show', twice])).err, /row 2, field "id": expected an id that no other line has/);
});
