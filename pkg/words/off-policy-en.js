/** @file English: reports of off-policy evaluation. */

/** @type {Record<string, string>} */
const OUTCOMES = {
  impression: 'impressions', view: 'views', click: 'clicks', like: 'likes', save: 'saves', comment: 'comments', share: 'shares', convert: 'conversions',
  dismiss: 'dismissals',
};
/** @type {Record<string, string>} */
const OUTCOME = { convert: 'conversion', dismiss: 'dismissal' };

/** @type {import('./tables.js').OffPolicyWords} */
export const offPolicyEn = {
  space: ' ',
  list: (names) => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`),
  outcome: (outcome) => (typeof outcome === 'string' ? OUTCOME[outcome] ?? outcome : 'outcome'),
  outcomes: (outcome) => (typeof outcome === 'string' ? OUTCOMES[outcome] ?? `outcomes of kind ${outcome}` : 'outcomes'),
  more: ({ lift, outcomes, level, low, high }) =>
    `With these settings, this period would have brought about ${lift} % more ${outcomes} (${level} % interval: ${low} to ${high} %).`,
  less: ({ lift, outcomes, level, low, high }) =>
    `With these settings, this period would have brought about ${lift} % fewer ${outcomes} (${level} % interval: ${low} to ${high} %).`,
  noDifference: ({ outcomes, low, high }) => `No difference detected: ${outcomes} would have changed by between ${low} and ${high} %.`,
  unsupported: ({ share }) => `${share} % of its choices have too little support in this log; the interval allows for that.`,
  close: ({ share }) =>
    `${share} % of the decisions came back only approximately, because data were deleted since or another version made them; they count with the probabilities of the log.`,
  later: "People's later behaviour would change too; this figure leaves that out. Before you switch everyone, test it on part of the audience.",
  advice: ({ temperature, cost, outcomes, perWeek, halfWidth, weeks }) =>
    `Set the policy to softmax with temperature ${temperature}: about ${cost} % fewer ${outcomes} than always sending the best. ` +
    `At ${perWeek} messages a week, the answer is good to ±${halfWidth} % after about ${weeks} ${weeks === '1' ? 'week' : 'weeks'}.`,
  tooLarge: 'The change is too large for a log to answer. Test it on part of the audience.',
  refusals: {
    configuration: ({ path }) => `${path} would send at moments or send items that the log never had, so this log cannot tell.`,
    'not-reproduced': ({ failed }) =>
      `${failed} % of the decisions could not be reconstructed (at most 10 % may fail). The log may lack requests, or data were deleted.`,
    'no-exploration': () => 'This log always sent the item with the highest score, so it holds no evidence about any other.',
    'invalid-propensities': () => 'The logged probabilities do not agree with the decisions, so they cannot be used.',
    'no-outcomes': ({ outcome }) =>
      `No ${outcome} in this period carries the id of a decision. Check that interactions are reported with \`decision\`.`,
    'insufficient-overlap': ({ unsupported, items }) =>
      `This log cannot tell. ${unsupported} % of the items the new settings would send were almost never sent${items && `, above all ${items}`}.`,
    'insufficient-data': ({ decisions, count, outcomes, effective }) =>
      `Too little data: ${decisions} decisions (200 needed), ${count} ${outcomes} (30), effective sample size ${effective} (100).`,
    'interval-too-wide': ({ halfWidth = 'more than 50' }) => `The margin of error is ±${halfWidth} %, too wide to be an answer.`,
  },
};
