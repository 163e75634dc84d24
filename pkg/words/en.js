/** @file English: short sentences for operators. */

/** @typedef {import('./tables.js').Span} Span */

/** @type {Record<string, string>} */
const UNITS = { m: 'minute', h: 'hour', d: 'day', w: 'week' };
/** @type {Record<string, string>} */
const WHO = { user: 'they', group: 'the group' };

/**
 * Returns the subject with its verb: "they like", "the group likes".
 * @param {'user' | 'group'} whose
 * @param {string} plural
 * @param {string} singular
 */
const verb = (whose, plural, singular) => `${WHO[whose]} ${whose === 'group' ? singular : plural}`;
/** @param {string} text */
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** @type {import('./tables.js').Words} */
export const en = {
  quoted: (title) => `“${title}”`,
  span: ({ count, unit }) => (count === 1 ? UNITS[unit] : `${count} ${UNITS[unit]}s`),
  facet: (namespace, value) => (namespace === '' ? `“${value}”` : `${namespace} “${value}”`),
  byMember: (sentence, name) => `${sentence} (decided by ${name})`,
  until: (sentence, time) => `${sentence}, until ${time}`,
  age: ({ count, unit }) => `${count} ${unit}${count === 1 ? '' : 's'}`,

  namespaces: {
    tag: 'tag', category: 'category', format: 'format', source: 'source', lang: 'language', stage: 'stage', play: 'play', role: 'product role',
    duration: 'length', term: 'word', region: 'region', season: 'season', purpose: 'purpose', other: 'other traits',
  },
  values: {
    format: { article: 'article', video: 'video', poster: 'poster', coupon: 'coupon', miniprogram: 'mini-program', invitation: 'invitation' },
    role: { traffic: 'traffic', hit: 'hit', profit: 'profit' },
    stage: {
      acquire: 'acquire', retain: 'retain', activate: 'activate', nurture: 'nurture', convert: 'convert', viral: 'viral', repurchase: 'repurchase',
      serve: 'serve', refer: 'refer', 'co-create': 'co-create',
    },
    play: {
      'group-buy': 'group buy', 'check-in': 'check-in', assist: 'assist', lottery: 'lottery', 'red-packet': 'red packet', 'free-gift': 'free gift',
      bargain: 'bargain',
    },
    tier: { loyal: 'loyal', quality: 'quality', regular: 'regular', infrequent: 'infrequent', lapsed: 'lapsed', newcomer: 'newcomer' },
    occasion: { push: 'push', reply: 'reply', welcome: 'welcome' },
    purpose: { default: 'general', community: 'community', notice: 'notice', benefit: 'benefits', growth: 'growth', care: 'care' },
    lang: { zh: 'Chinese', en: 'English' },
  },
  kinds: {
    impression: 'impression', click: 'click', like: 'like', save: 'save', comment: 'comment', share: 'share', convert: 'convert',
    dismiss: 'dismiss', joined: 'joined', left: 'left', ordered: 'ordered', paid: 'paid', cancelled: 'cancelled', refunded: 'refunded',
    checked_in: 'checked in', invited: 'invited', downloaded: 'downloaded', claimed: 'claimed', contributed: 'contributed',
  },

  reasons: {
    base: () => 'Base score of every item',
    affinity: ({ positive, facet, whose, feature }) => {
      const content = facet ?? 'this kind of content';
      const lately = feature.parts.includes('short') ? ' lately' : '';
      const said = positive ? `Because ${verb(whose, 'like', 'likes')} ${content}` : `${capital(verb(whose, 'care', 'cares'))} little for ${content}`;
      return said + lately;
    },
    neighbours: ({ positive, from, whose, items }) => {
      if (!from) return positive ? `Close to what ${WHO[whose]} liked before` : `Goes badly with what ${WHO[whose]} liked before`;
      const content = items > 1 ? `${from} and ${items - 1} more` : from;
      if (!positive) return `Goes badly with ${content}, which ${WHO[whose]} liked`;
      return items > 1 ? `Close to ${content}, which ${WHO[whose]} liked` : `Because ${WHO[whose]} liked ${from}`;
    },
    trend: ({ positive, feature, span }) => {
      const said = `any people looked at it${feature.parts.includes('group') ? ' in this group' : ''} ${span ? `in the last ${span}` : 'lately'}`;
      return positive ? `Because m${said}` : `M${said}, which speaks against it here`;
    },
    freshness: ({ positive, feature, age }) => {
      const said = age ? `came out only ${age} ago` : `was published within the last ${recently(feature.span)}`;
      return positive ? `Because it ${said}` : `It ${said}, which speaks against it here`;
    },
    ease: ({ positive, from, whose }) => {
      const content = from ? `${from}, which ${WHO[whose]} liked` : `what ${WHO[whose]} liked before`;
      return positive ? `Goes with ${content}` : `Rarely goes with ${content}`;
    },
    visit: ({ positive, feature }) => {
      const said = {
        new: 'It was published since their last visit', habit: 'Its age compared with what they usually read', away: 'In demand, after their time away',
        newcomer: 'Little is known about them yet, so general demand counts more',
      }[feature.parts[0]] ?? 'Times of their visits';
      return positive ? said : `${said}, which speaks against it here`;
    },
    rates: ({ positive, feature }) => {
      const said = rateOf(feature.parts);
      if (feature.parts[1] === 'effect') return `People respond to ${said} ${positive ? 'more' : 'less'} than its content explains`;
      return `Responses to ${said} are ${positive ? 'above' : 'below'} average`;
    },
    contemporary: ({ positive }) => `${positive ? 'It came out' : 'It did not come out'} when they were here`,
    repeat: ({ positive }) => (positive ? 'They often return to items they know' : 'They know it already'),
    terms: ({ positive, facet, whose }) => {
      const content = facet ? `content with the ${facet}` : 'content with such words';
      return positive ? `Because ${verb(whose, 'often read', 'often reads')} ${content}` : `${capital(verb(whose, 'rarely read', 'rarely reads'))} ${content}`;
    },
    fatigue: ({ positive, facet, feature }) => {
      const content = feature.parts.includes('item') ? 'this item' : (facet ?? 'content like this');
      return `${capital(content)} was sent a lot lately${positive ? ', which speaks for it here' : ''}`;
    },
    context: ({ positive, facet, feature }) => {
      const whose = { user: 'this user’s tags', group: 'this group', channel: 'this account', request: 'the moment' }[feature.parts[0]] ?? 'the moment';
      const content = facet ?? 'it';
      return positive ? `Because ${content} suits ${whose}` : `${capital(content)} does not suit ${whose}`;
    },
    portrait: ({ positive, facet }) => {
      const content = facet ?? 'content like this';
      return positive ? `Because content with their tags often has ${content}` : `Content with their tags often has ${content}, which speaks against it here`;
    },
    effects: ({ positive, facet, whose }) => {
      const content = facet ?? 'content like this';
      return positive ? `Because ${verb(whose, 'respond', 'responds')} to ${content} more often than most` : `${capital(verb(whose, 'respond', 'responds'))} to ${content} less often than most`;
    },
    diversity: ({ positive, from }) => `${positive ? 'Different from' : 'Too much like'} ${from ? `${from}, picked before it` : 'the picks before it'}`,
    pinned: () => 'Pinned by the operator',
    borda: ({ member, members }) => {
      if (members) return `Points from the rankings of ${members} members, one each`;
      return member ? `Points from ${member}’s own ranking` : 'Points from the group’s own history';
    },
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
    'audience.tags': 'Without the tags of its audience',
    'audience.not': 'In an audience that it excludes',
    'cap.user': 'Sent to this user as often as allowed',
    'cap.group': 'Sent to this group as often as allowed',
    'cap.total': 'Sent as often as allowed in total',
    seen: 'Already seen',
    only: 'Not among the candidates of this request',
    exclude: 'Excluded from this request',
    ahead: 'Made for a time in the future: check the clock',
    'already-accepted': 'This decision was already accepted',
    'already-reserved': 'This decision is already reserved',
    'not-reserved': 'This decision is not reserved',
    'too-old': 'Too old to know whether this decision was already accepted',
    removed: 'No longer in the library',
  },
  /** Rules of the operator, by name. */
  rules: {
    'rule.audience': (name) => `Not for this audience (rule “${name}”)`,
    'rule.cap': (name) => `Sent as often as a rule allows (“${name}”)`,
  },
  /** Facts of a decision in addition to its picks. */
  decision: {
    step: ({ journey, step, time, reference }) => `Step “${step}” of the journey “${journey}”, entered ${time}${reference === undefined ? '' : `, reference ${reference}`}`,
    variant: (experiment, variant) => `Variant “${variant}” of the experiment “${experiment}”`,
    unmetQuota: (name) => `The quota “${name}” could not be met`,
  },
  planStates: { planned: 'planned', approved: 'approved', edited: 'changed', rejected: 'rejected', sent: 'sent', missed: 'not sent' },
  planFlags: {
    'no-candidates': 'no item is eligible',
    silent: 'nothing may be sent then',
    'close-call': 'the next item scores nearly as high',
    cap: 'an item had reached its limit',
    quota: 'a quota could not be met',
    changed: 'no longer what was approved',
  },
  silences: {
    'cadence.user': 'This user has received enough for now',
    'cadence.group': 'This group has received enough for now',
    'cadence.channel': 'This account has sent enough for now',
    'quiet-hours': 'These are quiet hours',
    'step.waiting': 'This step is not due yet',
    'step.sent': 'This step was already sent',
    'step.missed': 'The window of this step is over',
    'step.superseded': 'A later step of this journey was sent, or is due too',
    'step.skipped': 'This step has no time in this run of the journey',
    'step.exited': 'This run of the journey has ended',
    'step.conditions': 'A condition of this step does not hold',
    'step.audience': 'This step is not for this audience',
    'step.unknown': 'There is no such journey or step any more',
  },
  journeys: {
    waiting: 'waiting', due: 'due', sent: 'sent', missed: 'missed', superseded: 'superseded', skipped: 'skipped', exited: 'ended',
    'exit-condition': 'A condition that ends the journey was met',
    reentered: 'A new run of the journey took its place',
    expired: 'The journey has expired',
    'left-group': 'The member left the group',
    'opted-out': 'The user opted out of personalisation',
    'no-candidates': 'No item may be shown',
    'no-cycle': 'The item that started the journey has no replenishment cycle',
    'before-entry': 'Its time lies before the start of the journey',
    'not-attempted': 'Nothing prevented it, but it was not sent',
  },

  features: {
    trend: ({ parts, span }) => (span ? `Demand ${parts.includes('group') ? 'in the group ' : ''}in the last ${span}` : 'Demand lately'),
    freshness: ({ parts, span }) => (span ? `Freshness (${span})` : parts.includes('log') ? 'Freshness (overall)' : 'Freshness'),
    neighbours: ({ parts }) => ({ crowd: 'Related items (popular among similar users)', near: 'Related items (similar)' })[parts[0]] ?? 'Related items',
    ease: () => 'Items liked together',
    visit: ({ parts }) => ({ new: 'New since the last visit', habit: 'Usual age of what they read', away: 'Demand after an absence', newcomer: parts[1] === 'age' ? 'Freshness for newcomers' : 'Demand for newcomers' })[parts[0]] ?? 'Visits',
    rates: ({ parts }) => {
      if (!parts.length) return 'Responses';
      const label = { any: 'Any response to', shown: 'Impressions of', effect: 'Unexplained responses to' }[parts[1]] ?? 'Responses to';
      return `${label} ${rateOf(parts)}`;
    },
    contemporary: ({ span }) => (span ? `Came out when they were here (${span})` : 'Came out when they were here'),
    repeat: () => 'Known to them',
    affinity: ({ parts, namespaces }) => (parts.length ? `${length(parts)} preference by ${namespaces[parts[0]] ?? parts[0]}` : 'Preferences'),
    terms: ({ parts }) => (parts.length ? `${length(parts)} preference by words` : 'Words'),
    fatigue: ({ parts, namespaces }) => {
      if (!parts.length) return 'Recently sent content';
      return parts[0] === 'item' ? 'How often this was sent' : `How often its ${namespaces[parts[0]] ?? 'like'} was sent`;
    },
    context: ({ parts }) => `Fit with the ${{ user: 'user', group: 'group', channel: 'account', request: 'moment' }[parts[0]] ?? 'portrait'}`,
    portrait: ({ parts, namespaces }) => (parts.length ? `Content with their tags, by ${namespaces[parts[0]] ?? parts[0]}` : 'Content with their tags'),
    effects: ({ parts, namespaces }) => (parts.length ? `Own responses, by ${namespaces[parts[0]] ?? parts[0]}` : 'Own responses'),
    diversity: () => 'Variety',
    pinned: () => 'Pinned',
    borda: () => 'Members’ rankings',
    base: () => 'Base',
  },
};

/** Owner of a rate, by feature. @type {Record<string, string>} */
const BY = {
  item: 'this item', tag: 'items with its tags', category: 'items of its category', format: 'items of its format', source: 'items of its source', duration: 'items of about its length',
  user: 'anything shown to this user',
  channel: 'anything sent through this account', userChannel: 'anything sent to this user through this account', sitting: 'anything in this session', again: 'showing it again',
  lately: 'anything shown lately',
};

/** @param {string[]} parts */
const rateOf = (parts) => BY[parts[0]] ?? BY.item;

/** @param {string[]} parts */
const length = (parts) => (parts.includes('short') ? 'Recent' : 'Lasting');

/** Approximate age of interactions that a half-life covers, if their age is not given. @param {Span} [span] */
function recently(span) {
  if (span?.unit === 'h') return 'hours';
  if (span?.unit !== 'd') return 'weeks';
  return span.count === 1 ? 'day or two' : span.count <= 7 ? 'week or two' : 'weeks';
}
