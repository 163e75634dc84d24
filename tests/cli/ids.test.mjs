// Ids on the command line: with a leading dash, with commas, misspelt; and lists of items.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { file, run, withoutSummaries } from './run.mjs';

const items = file('dashed.csv', 'id,tags\n-a1,tea\na2,tea\n"a,3",tea\n');
const asked = async (...args) => {
  const { status, out, err } = await run(['pick', '--items', items, '--now', '2026-03-31', '--json', ...args]);
  return { status, err, ...(status === 0 && { decision: JSON.parse(out) }) };
};

test('an id with a leading dash is accepted where it cannot be an option', async () => {
  for (const [option, name] of [['--user', 'user'], ['-u', 'user'], ['--group', 'group'], ['-g', 'group']]) {
    for (const id of ['-4001', '-100123', '-oAbC', '-x', '-中']) {
      const { decision, err } = await asked(option, id);
      assert.equal(decision?.subject[name], id, err);
      assert.equal((await asked(`--${name}=${id}`)).decision.subject[name], id);
    }
  }
  assert.deepEqual((await asked('-u', 'u', '--only', '-a1')).decision.picks.map(({ item }) => item), ['-a1']);
  assert.equal((await asked('-u', 'u', '--channel', '-c')).decision.channel, '-c');
});

test('values that could be options are refused with the unambiguous notation', async () => {
  for (const [args, said] of [
    [['--user', '-nine'], /--user: expected ID, got the option -nine; if that is the value, write --user=-nine\n/],
    [['-u', '--json'], /-u: expected ID, got the option --json; if that is the value, write --user=--json\n/],
    [['--user', '--misspelt', 'x'], /write --user=--misspelt\n/],
    [['--only', '-u', 'x'], /write --only=-u\n/],
  ]) {
    const { status, err } = await asked(...args);
    assert.equal(status, 2, err);
    assert.match(err, said);
  }
  assert.equal((await asked('--user=-nine')).decision.subject.user, '-nine');
  const item = await run(['similar', '-a1', '--items', items]);
  assert.equal(item.status, 2);
  assert.match(item.err, /there is no option -a; if -a1 is a value, it goes after --: nextpick similar … -- -a1\n/);
  const after = await run(['similar', '--items', items, '--now', '2026-03-31', '--', '-a1']);
  assert.match(after.out, /^a2 /m);
  assert.equal((await run(['similar', '--items', items, '--', '-h'])).status, 1, 'after --, no argument is read as --help');
});

test('ids with commas are given as a JSON list, and pairs as a JSON object', async () => {
  assert.deepEqual((await asked('-u', 'u', '--only', '["a,3"]')).decision.picks.map(({ item }) => item), ['a,3']);
  assert.deepEqual((await asked('-u', 'u', '--exclude', '["a,3","-a1"]')).decision.picks.map(({ item }) => item), ['a2']);
  assert.equal((await asked('-u', 'u', '--context', '{"scene":"a,b","n":1}', '--context', 'more=x')).status, 0);
  for (const args of [['--only', '[a1]'], ['--only', '[1]'], ['--context', '{"a":[1]}'], ['--context', '{a}']]) {
    const { status, err } = await asked('-u', 'u', ...args);
    assert.equal(status, 2, err);
    assert.match(err, /or a JSON (list of strings|object of strings and numbers) such as/);
  }
});

test('unknown ids are reported', async () => {
  const events = file('known.csv', 'user,group,item,kind,at\nu1,g1,a2,save,2026-03-30\n');
  const groups = file('known-groups.jsonl', '{"id":"g2","members":["u2"]}\n');
  const channels = file('known-channels.json', '[{"id":"c1"}]');
  const world = ['--items', items, '--events', events, '--groups', groups, '--channels', channels, '--now', '2026-03-31'];
  for (const [args, said] of [
    [['pick', '--user', 'u1', '--group', 'g1', '--channel', 'c1', '--only', 'a2'], ''],
    [['pick', '--user', 'u2', '--group', 'g2'], ''],
    [['pick', '--user', 'u9'], '--user: nobody is known by the id "u9"; the answer is that for a stranger\n'],
    [['pick', '--user', 'U1'], '--user: nobody is known by the id "U1" (there is "u1"); the answer is that for a stranger\n'],
    [['pick', '--group', 'g9'], '--group: no group is known by the id "g9"\n'],
    [['pick', '--user', 'u1', '--channel', 'c9'], '--channel: no channel is known by the id "c9"\n'],
    [['pick', '--user', 'u1', '--only', 'a2,zz,A2'], '--only: the library has no item "zz", "A2" (there is "a2")\n'],
    [['pick', '--user', 'u1', '--exclude', 'zz'], '--exclude: the library has no item "zz"\n'],
    [['profile', '--user', 'u9'], '--user: nobody is known by the id "u9"; the answer is that for a stranger\n'],
    [['profile', '--group', 'g9'], '--group: no group is known by the id "g9"\n'],
  ]) {
    const { status, err } = await run([...args, ...world]);
    assert.equal(status, 0, err);
    assert.equal(withoutSummaries(err), said, args.join(' '));
  }
  const { status, err } = await run(['similar', 'A2', ...world]);
  assert.equal(status, 1);
  assert.match(withoutSummaries(err), /^item: the library has no item "A2" \(there is "a2"\)\nnextpick similar: item: expected an item that is known, got "A2"\n$/);
});

test('items that no one may see are not listed as similar', async () => {
  const library = file('shown.csv', 'id,tags,hidden,startsAt,expiresAt,publishedAt\na1,tea,,,,\nhidden,tea,true,,,\nexpired,tea,,,2026-01-01,\nlater,tea,,2027-01-01,,\nunpublished,tea,,,,2027-01-01\nshown,tea,,2026-01-01,2027-01-01,2026-01-01\n');
  const of = async (now) => JSON.parse((await run(['similar', 'a1', '--items', library, '--now', now, '--json'])).out).map(({ item }) => item).sort();
  assert.deepEqual(await of('2026-03-31'), ['shown']);
  assert.deepEqual(await of('2025-12-31'), ['expired']);
  assert.deepEqual(await of('2027-01-01'), ['later', 'unpublished']);
  const { err } = await run(['similar', 'a1', '--items', library]);
  assert.match(withoutSummaries(err), /^now: .* \(the clock; --now says otherwise\)\n$/);
});
