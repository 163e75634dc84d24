/** @file English: short sentences for operators. */

const UNITS = { m: 'minute', h: 'hour', d: 'day', w: 'week' };
const WHO = { user: 'they', group: 'the group' };

/** One verb for both: "they like", "the group likes". */
const verb = (whose, plural, singular) => `${WHO[whose]} ${whose === 'group' ? singular : plural}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);

export const en = {
  quoted: (title) => `“${title}”`,
  span: ({ count, unit }) => (count === 1 ? UNITS[unit] : `${count} ${UNITS[unit]}s`),
  facet: (namespace, value) => (namespace === '' ? `“${value}”` : `${namespace} “${value}”`),
  byMember: (said, name) => `${said} (decided by ${name})`,
  until: (said, time) => `${said}, until ${time}`,

  namespaces: {
    tag: 'tag', category: 'category', format: 'format', source: 'source', lang: 'language', stage: 'stage', play: 'play', role: 'product role',
    term: 'word', region: 'region', season: 'season', purpose: 'purpose', other: 'other traits',
  },
  kinds: {
    impression: 'impression', click: 'click', like: 'like', save: 'save', comment: 'comment', share: 'share', convert: 'convert',
    dismiss: 'dismiss', joined: 'joined', ordered: 'ordered', checked_in: 'checked in', invited: 'invited',
  },
  done: {
    impression: 'saw', click: 'opened', like: 'liked', save: 'saved', comment: 'commented on', share: 'shared', convert: 'converted on',
    dismiss: 'dismissed',
  },

  reasons: {
    base: () => 'What every item starts with',
    affinity: ({ positive, facet, whose, feature }) => {
      const what = facet ?? 'this kind of content';
      const lately = feature.parts.includes('short') ? ' lately' : '';
      const said = positive ? `Because ${verb(whose, 'like', 'likes')} ${what}` : `${capital(verb(whose, 'care', 'cares'))} little for ${what}`;
      return said + lately;
    },
    neighbours: ({ positive, from, done, whose }) => {
      if (!from) return positive ? `Close to what ${WHO[whose]} liked before` : `Far from what ${WHO[whose]} liked before`;
      const past = done ?? 'saw';
      return positive ? `Because ${WHO[whose]} ${past} ${from}` : `Goes badly with ${from}, which ${WHO[whose]} ${past}`;
    },
    trend: ({ positive, feature, span }) => {
      const where = feature.parts.includes('group') ? ' in this group' : '';
      const when = span ? `in the last ${span}` : 'lately';
      return positive ? `Because many people looked at it${where} ${when}` : `Few people looked at it${where} ${when}`;
    },
    freshness: ({ positive }) => (positive ? 'Because it is new' : 'It has been out for a while'),
    terms: ({ positive, facet, whose }) => {
      const what = facet ? `content with the ${facet}` : 'content with such words';
      return positive ? `Because ${verb(whose, 'often read', 'often reads')} ${what}` : `${capital(verb(whose, 'rarely read', 'rarely reads'))} ${what}`;
    },
    fatigue: ({ positive, facet, feature }) => {
      const what = feature.parts.includes('item') ? 'this item' : (facet ?? 'content like this');
      return positive ? `${capital(what)} was rarely sent lately` : `${capital(what)} was sent a lot lately`;
    },
    context: ({ positive, facet, feature }) => {
      const whose = { user: 'this user’s tags', group: 'this group', channel: 'this account', request: 'the moment' }[feature.parts[0]] ?? 'the moment';
      const what = facet ?? 'it';
      return positive ? `Because ${what} suits ${whose}` : `${capital(what)} does not suit ${whose}`;
    },
    diversity: ({ positive, from }) => `${positive ? 'Different from' : 'Too much like'} ${from ? `${from}, picked before it` : 'what was picked before it'}`,
    pinned: () => 'Pinned by the operator',
    borda: () => 'Points from the members’ own rankings',
    unknown: ({ code, positive }) => `${code}: ${positive ? 'speaks for it' : 'speaks against it'}`,
  },

  refusals: {
    hidden: 'Hidden',
    'schedule.unpublished': 'Not published yet',
    'schedule.not-started': 'Has not started yet',
    'schedule.expired': 'Expired',
    'audience.tiers': 'Not for this tier of users',
    'audience.users': 'Not for this user',
    'audience.groups': 'Not for this group',
    'audience.channels': 'Not for this account',
    'audience.purposes': 'Not for groups of this purpose',
    'audience.tags': 'Lacks the tags it is meant for',
    'audience.not': 'Among those it is kept from',
    'cap.user': 'Sent to this user as often as allowed',
    'cap.group': 'Sent to this group as often as allowed',
    'cap.total': 'Sent as often as allowed in total',
    seen: 'Already seen',
    only: 'Not among the candidates of this request',
    exclude: 'Excluded from this request',
    'already-accepted': 'This decision was already accepted',
  },
  silences: {
    'cadence.user': 'This user has had enough for now',
    'cadence.group': 'This group has had enough for now',
    'cadence.channel': 'This account has sent enough for now',
    'quiet-hours': 'These are quiet hours',
  },

  features: {
    trend: ({ parts, span }) => `demand ${parts.includes('group') ? 'in the group ' : ''}in the last ${span ?? 'while'}`,
    freshness: ({ span }) => (span ? `freshness (${span})` : 'freshness'),
    neighbours: () => 'related items',
    affinity: ({ parts, namespaces }) => `${length(parts)}liking by ${namespaces[parts[0]] ?? parts[0] ?? 'content'}`,
    terms: ({ parts }) => `${length(parts)}liking by words`,
    fatigue: ({ parts, namespaces }) => (parts.includes('item') ? 'how often this was sent' : `how often its ${namespaces[parts[0]] ?? 'like'} was sent`),
    context: ({ parts }) => `fit with the ${{ user: 'user', group: 'group', channel: 'account', request: 'moment' }[parts[0]] ?? 'moment'}`,
    diversity: () => 'variety',
    pinned: () => 'pinned',
    borda: () => 'members’ rankings',
    base: () => 'base',
  },
};

const length = (parts) => (parts.includes('short') ? 'recent ' : parts.includes('long') ? 'lasting ' : '');
