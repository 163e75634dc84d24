// Uses of the package by a host, compiled by types.test.mjs under the strictest settings and never run.
import {
  NextpickError, Recommender, createRecommender, evaluateReplay, fit, init, loadRecommender, openRecommender, toColumns,
  type Config, type Decision, type DurableRecommender, type Entry, type FitReport, type Forgotten, type Interaction, type Item, type Policy, type RecommendRequest, type Store,
} from 'nextpick';
import { FileError, readRecords, readRows } from 'nextpick/files';
import { fromGa4Event, fromGorse, fromTrack, tableReader, toGorseItem, toVw, type GorseItem } from 'nextpick/formats';
import { indexedDbStore } from 'nextpick/indexeddb';
import { fileStore, openRecommender as openFolder } from 'nextpick/node';
import { createRecommender as createSlim } from 'nextpick/slim';
import { sqliteStore } from 'nextpick/sqlite';
import { init as initStudy } from 'nextpick/study';
import { facetInWords, problemInWords, reasonInWords, refusalInWords } from 'nextpick/words';

const items: Item[] = [{ id: 'a', tags: { tea: 0.5 }, audience: { tags: ['vip'], not: { users: ['u'] } }, caps: [{ count: 1, per: 'user', hours: 24 }] }];
const config: Config = {
  kinds: { checked_in: { weight: 1, positive: true } },
  objectives: { talk: { comment: 2 } },
  cadence: [{ per: 'group', count: 'daysInMonth', every: 'month' }],
  quietHours: [{ from: '22:00', to: '08:00' }],
  repeats: { afterDays: 30 },
};
const policies: Policy[] = [{ type: 'greedy' }, { type: 'epsilon-greedy', epsilon: 0.1 }, { type: 'softmax' }];

export async function host(now: number): Promise<string[]> {
  const rec: Recommender = await createRecommender({ items, config, groups: [{ id: 'g', members: ['u', { user: 'v' }], aggregation: 'borda' }] });
  const interaction: Interaction = { user: 'u', item: 'a', kind: 'save', at: now };
  const fresh: boolean = rec.observe(interaction);
  const { observed, duplicates } = rec.observeColumns(toColumns([interaction]));
  const request: RecommendRequest = { group: 'g', now, count: 3, policy: policies[fresh ? 0 : 1]!, context: { scene: 'night' } };
  const decision: Decision = rec.recommend(request, { explain: true });
  const { rank = 0, differences = [] } = rec.explainItem({ ...request, familyWeights: { trend: 0.5 }, diversity: 0.1 }, 'a');
  const hidden: number = rec.refusals(request, { rule: 'hidden' }).counts.hidden ?? rank + differences.length;
  const { accepted, rule } = rec.accept(decision);
  rec.accept({ id: decision.id, subject: decision.subject, at: now, picks: [{ item: 'a' }] });
  const again = await loadRecommender(rec.toSnapshot());
  again.merge(rec.toSnapshot());
  const words = decision.picks.flatMap(({ reasons }) => reasons.map((reason) => reasonInWords(reason, { lang: 'zh', titleOf: (id) => rec.item(id)?.title })));
  const refused = decision.refused?.map(({ rule, until }) => refusalInWords(rule, 'en', until)) ?? [];
  const tastes = rec.profile({ user: 'u', now }).affinity.map(({ facet }) => facetInWords(facet));
  const fitted: { model: Uint8Array; report: FitReport } = await fit({ items, events: [interaction] }, { onProgress: () => {}, signal: AbortSignal.timeout(1000) });
  again.useModel(again.model() ?? fitted.model);
  const error: number | undefined = fitted.report.kinds[0]?.weights[0]?.error;
  again.dispose();
  return [...words, ...refused, ...tastes, String(accepted), rule ?? '', String(observed + duplicates + hidden + (error ?? 0)), rec.config()?.policy?.type ?? ''];
}

export async function files(file: Blob, from: number): Promise<number> {
  const library: Item[] = [];
  try {
    for await (const batch of readRecords(file, { sort: 'items', name: 'items.csv.gz', signal: AbortSignal.timeout(1000), onProgress: (done, total = done) => void (done / total) })) library.push(...batch.map(({ record }) => record));
    const report = await evaluateReplay({ items: library, events: [], from, families: ['trend'] }, (done, total) => void (done / total));
    return report.metrics['ndcg@10'] ?? 0;
  } catch (error) {
    if (error instanceof FileError) return error.code === 'encoding' ? problemInWords(error, 'zh').length : (error.row ?? 0);
    if (error instanceof NextpickError && error.code === 'broken') return -1;
    throw error;
  }
}

/** Custom store of a host. */
class Rows implements Store {
  #rows: [number, Entry][] = [];
  #end = 0;
  open = async () => ({ entries: this.#rows.map(([, entry]) => entry), end: this.#end, notes: [] });
  append = async (entries: readonly Entry[]) => void this.#rows.push(...entries.map((entry): [number, Entry] => [(this.#end += 1), entry]));
  checkpoint = async () => {};
  history = () => this.#rows;
  compact = async function* (this: Rows, _: readonly Forgotten[], rewrite: (entry: Entry, number: number) => Entry | undefined) {
    for (const [number, entry] of this.#rows.splice(0)) {
      const left = rewrite(entry, number);
      if (left) this.#rows.push([number, left]);
    }
    yield;
  };
  close = async () => {};
}

export async function kept(now: number): Promise<number> {
  const rec: DurableRecommender = await openFolder('./state', { items, config, checkpointEvery: 1000 });
  for (const store of [fileStore('./state', { segmentBytes: 1 << 20 }), sqliteStore('./state.db'), indexedDbStore(), new Rows()]) {
    await (await openRecommender(store)).close();
  }
  const fresh: boolean = await rec.observe({ user: 'u', item: 'a', kind: 'save', at: now });
  const joined: boolean = (await rec.join({ group: 'g', user: 'u', at: now })) && (await rec.leave({ group: 'g', user: 'u' }));
  await rec.compact();
  if (joined) await rec.close({ compact: true });
  const decision: Decision = rec.recommend({ user: 'u', now });
  const { accepted } = await rec.accept(decision);
  await rec.setPersonalised('u', false);
  await rec.checkpoint();
  for await (const entry of rec.history()) if ('observe' in entry) console.log(entry.observe.kind);
  const { model } = await fit({ items: rec.items(), events: await rec.interactions() });
  await rec.useModel(model);
  const known: boolean = await rec.forget('u');
  await rec.close();
  return rec.notes.length + Number(fresh && accepted && known);
}

export async function formats(file: Blob, decision: Decision): Promise<Interaction[]> {
  const known: Interaction[] = [];
  const leftOut = (what: string): void => void what;
  for await (const batch of readRows(file, { name: 'ga4.json.gz' })) {
    for (const { value } of batch) known.push(...fromGa4Event(value, { kinds: { page_view: 'impression' }, leftOut }), ...fromTrack(value, { fields: { item: 'article_id' } }));
  }
  const read = tableReader({ map: { user: 'openid' }, kinds: { 点击: 'click' }, seconds: true });
  known.push(read({ openid: 'u', kind: '点击', at: 1 }));
  const library: Item = tableReader({ sort: 'items' })({ id: 'a' });
  const gorse: GorseItem | undefined = toGorseItem(library, { leftOut });
  const made = fromGorse(gorse ?? {});
  if (made.sort === 'interactions') known.push(made.record);
  const lines: object[] = toVw(decision, { items: [library], rewardOf: () => 1 });
  return lines.length ? known : [];
}

// @ts-expect-error unknown type of records
export const strange = tableReader({ sort: 'stories' });
// @ts-expect-error misspelt field of an item
export const misspelt: Item = { id: 'a', tittle: 'x' };
// @ts-expect-error unknown type of a policy
export const unknown: Policy = { type: 'best' };
// @ts-expect-error createRecommender creates recommenders
export const made = () => new Recommender();

/** The type of the host's data is kept from records to picks. */
export async function typed(now: number): Promise<string[]> {
  const rec = await createRecommender<{ cover: string }, { openid: string }>({ items: [{ id: 'a', data: { cover: '/a.jpg' } }] });
  rec.putUsers({ id: 'u', data: { openid: 'o' } });
  const covers: (string | undefined)[] = rec.recommend({ user: 'u', now }).picks.map(({ data }) => data?.cover);
  const inferred = await createRecommender({ items: [{ id: 'a', data: { price: 1 } }] });
  const price: number | undefined = inferred.item('a')?.data?.price;
  const durable = await openFolder<{ cover: string }>('./state');
  const kept: string | undefined = durable.recommend({ group: 'g', now }).picks[0]?.data?.cover;
  const restored: Recommender<{ cover: string }> = await loadRecommender<{ cover: string }>(rec.toSnapshot());
  const { subject } = restored.recommend({ user: 'u', group: 'g', now });
  // The recipient of a decision can be used in a request.
  restored.recommend({ ...subject, now });
  restored.profile({ ...subject, now });
  // @ts-expect-error the data of an item has the declared type
  rec.putItems({ id: 'b', data: { cover: 1 } });
  // @ts-expect-error a request needs a user or a group
  rec.recommend({ now });
  // @ts-expect-error a profile needs a user or a group
  rec.profile({ now });
  // @ts-expect-error misspelt field of a request
  rec.recommend({ user: 'u', now, cuont: 3 });
  const plain: Recommender = rec;
  return [...covers, kept, String(price), plain.userIds()[0]].filter((text) => text !== undefined);
}

/** Every accepted form of a module, and no other value. */
export async function loaded(response: Response): Promise<void> {
  for (const module of [new Uint8Array(8), new ArrayBuffer(8), response, fetch('/nextpick.wasm'), new URL('https://host.example/nextpick.wasm'), '/nextpick.wasm', WebAssembly.compile(new Uint8Array(8))]) await init(module);
  const slim: typeof createRecommender = createSlim;
  await initStudy(import('nextpick/wasm/study').then(({ default: module }) => module));
  // @ts-expect-error a number is not a module
  await init(8).catch(slim);
}
