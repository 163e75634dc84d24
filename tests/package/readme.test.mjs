// Runs every program and command in the READMEs and guides as printed, twice if it keeps state.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const NOW = Date.UTC(2026, 2, 31, 12);

/** Returns the code blocks of a document in order. */
const blocksOf = (name) => [...readFileSync(join(root, name), 'utf8').matchAll(/^```(\w+)\n([^]*?)^```/gm)].map(([, language, text]) => ({ language, text }));

/** Creates a writable checkout and a project. */
function projectFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-readme-'));
  after(() => rmSync(folder, { recursive: true }));
  const checkout = join(folder, 'nextpick');
  const project = join(folder, 'project');
  mkdirSync(checkout);
  mkdirSync(project);
  for (const name of readdirSync(root)) if (!/^(\.git|\.ci|target|build|tools)$/.test(name)) symlinkSync(join(root, name), join(checkout, name));
  writeFileSync(join(project, 'package.json'), '{"name":"project","private":true,"type":"module"}');
  return { checkout, project };
}

/** Writes the files that the documents assume. */
function writeReaderFiles(project) {
  const lines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(join(project, 'log.csv'), 'openid,material_id,action,time\nu1,a1,view,2026-03-29T10:00Z\nu1,a1,点击,2026-03-29T10:01Z\n');
  writeFileSync(join(project, 'users.jsonl'), lines([{ UserId: 'u1', Labels: ['tea'] }]));
  writeFileSync(join(project, 'items.jsonl'), lines([{ ItemId: 'a1', IsHidden: false, Categories: ['tea'], Timestamp: '2026-03-28T00:00:00Z', Labels: ['tea'] }]));
  writeFileSync(join(project, 'feedback.jsonl'), lines([{ FeedbackType: 'star', UserId: 'u1', ItemId: 'a1', Timestamp: '2026-03-29T00:00:00Z' }]));
  const picks = [{ item: 'a1', rank: 1, score: 0.5, propensity: 0.5, chances: {}, relative: true, reasons: [] }];
  writeFileSync(join(project, 'decisions.jsonl'), lines([{ id: '0'.repeat(32), subject: { user: 'u1' }, at: NOW, picks, coldStart: false, objective: { click: 1 }, policy: { type: 'softmax', temperature: 1 }, model: 'm' }]));
}

/** Installs the package, as the README describes. */
function install({ checkout, project }) {
  const installed = join(project, 'node_modules');
  mkdirSync(join(installed, '.bin'), { recursive: true });
  symlinkSync(join(checkout, 'pkg'), join(installed, 'nextpick'));
  symlinkSync('../nextpick/cli.js', join(installed, '.bin', 'nextpick'));
}

/** Names used by fragments, defined as in the surrounding text. */
const FRAGMENTS = [
  { holds: 'await fit({ items, events }', before: `const items = [{ id: 'a' }, { id: 'b' }]\nconst events = Array.from({ length: 60 }, (_, i) => ({ user: 'u' + (i % 7), item: i % 3 ? 'a' : 'b', kind: 'click', at: ${NOW} - i * 60000 }))\n` },
  { holds: "id: 'unpaid'", before: `import { createRecommender } from 'nextpick'\nconst now = ${NOW}\nconst send = () => {}\nconst rec = await createRecommender({ items: [{ id: 'a', tags: ['reminder'] }] })\n` },
  {
    holds: 'evaluateOffPolicy({ log:',
    before: `import { writeFileSync } from 'node:fs'\nimport { openRecommender } from 'nextpick/node'\nconst from = ${NOW} - 86400000 * 30\nwriteFileSync('target.json', '{"policy":{"type":"greedy"}}')
const rec = await openRecommender('./state', { items: [{ id: 'a' }, { id: 'b' }], config: { policy: { type: 'softmax' }, repeats: 'always' } })
for (let i = 0; i < 10; i++) {
  const decision = rec.recommend({ user: 'u' + i, now: from + i * 60000, seed: i })
  await rec.accept(decision)
  await rec.observe({ user: 'u' + i, item: 'a', kind: 'convert', at: from + 86400000 * (i + 1), decision: decision.id }, { now: from + 86400000 * (i + 1) })
}\n`,
  },
  { holds: 'evidenceMode({', before: `import { createRecommender } from 'nextpick'\nconst rec = await createRecommender({ items: [{ id: 'a' }] })\n` },
  { holds: 'rec.setPersonalised(', before: `import { createRecommender } from 'nextpick'\nconst now = ${NOW}\nconst rec = await createRecommender({ items: [{ id: 'a', tags: ['tea'] }], interactions: [{ user: 'u1', item: 'a', kind: 'save', at: now - 1000 }] })\n` },
];
/** Additional actions on programs: calls of exports, standard input. */
const USES = [
  {
    holds: 'export async function push',
    after: "\nrecord('u1', 'g1', 'a', 'save')\nconst sent = []\nfor (let i = 0; i < 2; i++) await push('g1', (group, title) => sent.push(title), Date.now() + i)\nif (sent.length > 2) throw new Error(sent)\n",
  },
  { holds: 'evaluateOffPolicy({ log:', after: '\nawait rec.close()\n' },
  { holds: 'createInterface', input: `{"user":"u1","now":${NOW}}\nno JSON\n`, out: /^\{"id":".*\n\{"error":\{"code":"invalid".*\n$/ },
];
/** `make test` would run this suite again, so only a dry run is made. */
const SHELL = 'make() { if [ "$1" = test ]; then command make -n test > /dev/null; else command make "$@"; fi; }\n';

/** True if a block runs in the checkout, over the sample, without lasting effects. */
const isOfCheckout = ({ text }) => /^(make|node (pkg|hosts|sample)\/)/m.test(text);

function run({ language, text }, { checkout, project }, name) {
  const cwd = isOfCheckout({ text }) ? checkout : project;
  const use = USES.find(({ holds }) => text.includes(holds)) ?? {};
  let [command, args] = ['bash', ['-euo', 'pipefail', '-c', SHELL + text]];
  if (language === 'js') {
    const before = FRAGMENTS.find(({ holds }) => text.includes(holds))?.before ?? '';
    writeFileSync(join(project, `${name}.mjs`), before + text + (use.after ?? ''));
    [command, args] = [process.execPath, [`${name}.mjs`]];
  }
  const env = { ...process.env, npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false', LC_ALL: 'C' };
  delete env.NODE_TEST_CONTEXT;
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, input: use.input ?? '', env, encoding: 'utf8' });
  assert.equal(status, 0, `${text}\n${stdout}\n${stderr}`);
  if (use.out) assert.match(stdout, use.out);
}

const guides = readdirSync(join(root, 'docs/guide')).filter((name) => name.endsWith('.md')).map((name) => `docs/guide/${name}`);
const seen = new Set();
for (const document of ['README.md', 'README.zh-CN.md', ...guides]) {
  describe(document, () => {
    const place = projectFolder();
    writeReaderFiles(place.project);
    if (guides.includes(document)) install(place);
    blocksOf(document).forEach((block, i) => {
      // Rust runs in the documentation tests of the crate; the others show files or answers.
      if (['html', 'rust', 'toml', 'json', 'text'].includes(block.language)) return;
      // mini-program.test.mjs runs the files of a mini-program, under its globals.
      if (block.text.startsWith('// shim.js\n') || block.text.startsWith('// app.js\n')) return;
      assert.match(block.language, /^(sh|js)$/, 'a language that this test can run');
      // Blocks of both languages run once if they keep no state, apart from comments and the language of tables.
      const alike = block.text.replace(/ +# .*| --lang zh\b/g, '');
      if (isOfCheckout(block) && seen.has(alike)) return;
      seen.add(alike);
      const times = isOfCheckout(block) ? 1 : 2;
      test(`block ${i + 1} runs as printed${times > 1 ? ', twice' : ''}: ${block.text.split('\n')[0]}`, () => {
        for (let time = 0; time < times; time++) run(block, place, `block${i}`);
      });
    });
  });
}
