// Large inputs of evaluations: lists of records cross as text, whose memory is estimated closely, as that of names is.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evaluateCases, evaluateReplay } from '../../pkg/node.js';

test('fifteen megabytes of cases are evaluated', async () => {
  const id = (n) => `an item with a rather long identifier, as content systems make them: ${n}`;
  const items = Array.from({ length: 120 }, (_, n) => ({ id: id(n) }));
  const events = items.flatMap(({ id: item }, n) => [{ user: `u${n % 9}`, item, kind: 'click', at: n + 1 }]);
  const candidates = items.slice(0, 100).map(({ id: item }) => item);
  const cases = Array.from({ length: 2_000 }, (_, n) => ({ user: `u${n % 9}`, relevant: [id(n % 100)], candidates }));
  assert.ok(JSON.stringify(cases).length > 15e6);
  const report = await evaluateCases({ items, events, cases, k: 5 });
  assert.deepEqual([report.n, report.subjects], [2_000, 9]);
});

test('names without rows take little memory: a million of them are accepted', async () => {
  const users = Array.from({ length: 1_000_000 }, (_, n) => `user-${n}`);
  const rows = { user: new Int32Array(20).map((_, n) => n % 3), item: new Int32Array(20).map((_, n) => n % 4), kind: new Int32Array(20), at: new Float64Array(20).map((_, n) => n + 1) };
  const items = ['a', 'b', 'c', 'd'];
  const report = await evaluateReplay({ items: items.map((id) => ({ id })), events: { users, items, kinds: ['click'], ...rows } });
  assert.ok(report.n > 0);
});
