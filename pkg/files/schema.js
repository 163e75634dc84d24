/** @file The fields of every sort of record, and how a value of each is read. */

/** @typedef {'id' | 'name' | 'text' | 'list' | 'ids' | 'members' | 'audience' | 'json' | 'number' | 'whole' | 'boolean' | 'flag' | 'time' | 'attribute' | 'data' | 'own'} Type */
/** @typedef {{ fields: Record<string, Type>, open: Record<string, Type>, needed: string[], keeps?: boolean, rest?: Type }} Sort */

const AUDIENCE = Object.fromEntries(
  ['tiers', 'users', 'groups', 'channels', 'purposes', 'tags'].flatMap((list) => {
    const type = ['users', 'groups', 'channels'].includes(list) ? 'ids' : 'list';
    return [[`audience.${list}`, type], [`audience.not.${list}`, type]];
  }),
);

/**
 * Per sort of record: the type of each field, the fields with a free part (`attributes.city`), the required fields, and
 * the contract's `data` for other columns, or their type.
 * @type {Record<string, Sort>}
 */
export const SORTS = {
  items: {
    fields: {
      id: 'id', title: 'text', text: 'text', tags: 'list', facets: 'json', category: 'name', format: 'name', source: 'name', lang: 'name',
      stage: 'name', play: 'name', role: 'name', durationMs: 'number', products: 'ids', value: 'number', cycleDays: 'number', publishedAt: 'time', startsAt: 'time',
      expiresAt: 'time', audience: 'audience', caps: 'json', pinned: 'boolean', hidden: 'boolean', data: 'data', ...AUDIENCE,
    },
    open: { facets: 'list', data: 'own' },
    needed: ['id'],
    keeps: true,
  },
  users: {
    fields: { id: 'id', tags: 'list', attributes: 'json', joinedAt: 'time', personalised: 'boolean', data: 'data' },
    open: { attributes: 'attribute', data: 'own' },
    needed: ['id'],
    keeps: true,
  },
  groups: {
    fields: { id: 'id', members: 'members', tags: 'list', attributes: 'json', purpose: 'name', channel: 'id', createdAt: 'time', aggregation: 'name', data: 'data' },
    open: { attributes: 'attribute', data: 'own' },
    needed: ['id'],
    keeps: true,
  },
  channels: {
    fields: { id: 'id', tags: 'list', attributes: 'json' },
    open: { attributes: 'attribute' },
    needed: ['id'],
  },
  interactions: {
    fields: {
      id: 'id', user: 'id', group: 'id', item: 'id', kind: 'id', at: 'time', value: 'number', decision: 'id', channel: 'id', position: 'whole',
      target: 'id', reference: 'id', context: 'json', data: 'data',
    },
    open: { context: 'attribute', data: 'own' },
    needed: ['kind', 'at'],
    keeps: true,
  },
  // Rows of `batch --requests`.
  requests: {
    fields: {
      user: 'id', group: 'id', now: 'time', count: 'whole', occasion: 'name', channel: 'id', context: 'json', objective: 'data', policy: 'json', familyWeights: 'json',
      diversity: 'number', only: 'ids', exclude: 'ids', quotas: 'json', repeats: 'data', step: 'json', seed: 'whole',
    },
    open: { context: 'attribute' },
    needed: ['now'],
  },
  // Lines of `evaluate cases`.
  cases: {
    fields: { user: 'id', group: 'id', relevant: 'ids', candidates: 'ids' },
    open: {},
    needed: ['relevant', 'candidates'],
  },
  // Rows of `evaluate impressions`: every further column is a kind, 0 or 1.
  impressions: {
    fields: { at: 'time', user: 'id', group: 'id', item: 'id', channel: 'id' },
    open: {},
    needed: ['at', 'item'],
    rest: 'flag',
  },
};

/** The sorts of records that files can hold. */
export const sorts = Object.keys(SORTS);
