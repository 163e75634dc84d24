/** @file The verbs of the HTTP interface: one path each, with the types of their bodies and answers. */

/**
 * @typedef {{ type: 'object', properties: Record<string, object>, required: string[], additionalProperties: boolean }} ObjectSchema Schema of an object.
 *
 * @typedef {object} Verb
 * @property {string} path
 * @property {'GET' | 'POST'} method
 * @property {string} summary One line for the OpenAPI document.
 * @property {object | ObjectSchema} [body] JSON schema of the body.
 * @property {Record<string, { schema: object, about: string, required?: boolean }>} [query]
 * @property {object} answer JSON schema of the answer.
 * @property {(rec: import('../store/index.js').DurableRecommender, body: any, query: any) => unknown} run
 */

/** @param {string} name Name of a declared type. */
const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
/** @param {object} items Schema of the entries. */
const list = (items) => ({ type: 'array', items });
/** @param {Record<string, object>} properties @param {string[]} [optional] Names. @returns {ObjectSchema} */
const object = (properties, optional = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const BOOLEAN = { type: 'boolean' };
const TEXT = { type: 'string' };
const SENT = { anyOf: [ref('Sent'), ref('Decision')] };
const ID = { type: 'string', minLength: 1, maxLength: 256 };
const MILLIS = ref('Millis');
const NOTHING = { type: 'null' };
const SUBJECT_FACET = object({ user: ID, facet: ID });

/** Options of a decision, as query parameters. */
const DECISION_QUERY = {
  explain: { schema: BOOLEAN, about: 'List every excluded item with its rule. Default false.' },
  reasons: { schema: BOOLEAN, about: 'Give the reasons of the picks. Default true.' },
};
/** Trusted time of a change, as a query parameter. */
const NOW_QUERY = { now: { schema: MILLIS, about: 'Trusted time of the change. Default: the clock of the server.' } };

/** @type {(path: string, summary: string, answer: object, run: Verb['run']) => Verb} */
const read = (path, summary, answer, run) => ({ path, method: /** @type {const} */ ('GET'), summary, answer, run });
/** @type {(path: string, summary: string, body: object, answer: object, run: Verb['run'], query?: Verb['query']) => Verb} */
const call = (path, summary, body, answer, run, query = undefined) => ({ path, method: /** @type {const} */ ('POST'), summary, body, answer, run, ...(query && { query }) });

/** All verbs, in the order of the document. @type {readonly Verb[]} */
export const VERBS = [
  call('/recommend', 'Decides which items come next for a user or a group', ref('RecommendRequest'), ref('Decision'), (rec, body, query) => rec.recommend(body, query), DECISION_QUERY),
  call('/recommend-all', 'Decides many requests over the same state', list(ref('RecommendRequest')), list(ref('Decision')), (rec, body, query) => rec.recommendAll(body, query), DECISION_QUERY),
  call('/explain-item', 'Explains where one item stands in a decision, or which rule refuses it', object({ request: ref('RecommendRequest'), item: ID }), ref('ItemExplanation'), (rec, { request, item }) => rec.explainItem(request, item)),
  call('/refusals', 'Counts the items that are refused by rule, and lists those of one rule', object({ request: ref('RecommendRequest'), page: ref('RefusalPage') }, ['page']), ref('Refusals'), (rec, { request, page }) => rec.refusals(request, page)),
  call('/accept', 'Records that a decision is being sent; send it when the answer says accepted', SENT, ref('Acceptance'), (rec, body, query) => rec.accept(body, query), NOW_QUERY),
  call('/reserve', 'Reserves a decision that another system or a person will send', object({ decision: SENT, until: MILLIS }), ref('Acceptance'), (rec, { decision, until }, query) => rec.reserve(decision, until, query), NOW_QUERY),
  call('/confirm', 'Records that a reserved decision was sent', object({ decision: ID, at: MILLIS }), ref('Acceptance'), (rec, { decision, at }, query) => rec.confirm(decision, at, query), NOW_QUERY),
  call('/release', 'Revokes an acceptance or a reservation; true if there was one', object({ decision: ID }), BOOLEAN, (rec, { decision }) => rec.release(decision)),
  call('/observe', 'Adds interactions, all of them or none', list(ref('Interaction')), ref('ObserveReport'), (rec, body, query) => rec.observeAll(body, query), NOW_QUERY),
  call('/items', 'Adds or replaces items', list(ref('Item')), ref('PutItemsReport'), (rec, body) => rec.putItems(body)),
  call('/users', 'Adds or replaces users', list(ref('User')), ref('PutReport'), (rec, body) => rec.putUsers(body)),
  call('/groups', 'Adds or replaces groups', list(ref('Group')), ref('PutReport'), (rec, body) => rec.putGroups(body)),
  call('/channels', 'Adds or replaces channels', list(ref('Channel')), ref('PutReport'), (rec, body) => rec.putChannels(body)),
  call('/patch-items', 'Changes single fields of items; null removes one', list(ref('ItemPatch')), ref('PatchReport'), (rec, body) => rec.patchItems(body)),
  call('/patch-users', 'Changes single fields of users; null removes one', list(ref('UserPatch')), ref('PatchReport'), (rec, body) => rec.patchUsers(body)),
  call('/patch-groups', 'Changes single fields of groups; null removes one', list(ref('GroupPatch')), ref('PatchReport'), (rec, body) => rec.patchGroups(body)),
  call('/remove-groups', 'Removes the records of groups by id; answers with their number', list(ID), { type: 'integer' }, (rec, body) => rec.removeGroups(body)),
  call('/remove-items', 'Removes items by id; answers with their number', list(ID), { type: 'integer' }, (rec, body) => rec.removeItems(body)),
  call('/join', 'Adds a user to a group; false if they are a member already', object({ group: ID, user: ID, at: MILLIS }), BOOLEAN, (rec, body) => rec.join(body)),
  call('/leave', 'Removes a user from a group; false if they are no member', object({ group: ID, user: ID }), BOOLEAN, (rec, body) => rec.leave(body)),
  call('/move-group', 'Gives a group another id; false if it is unknown', object({ from: ID, to: ID }), BOOLEAN, (rec, body) => rec.moveGroup(body)),
  call('/set-operations', 'Replaces the operations: tiers, rules, quotas, journeys, experiments', ref('Operations'), NOTHING, (rec, body) => rec.setOperations(body)),
  call('/due-steps', 'Returns the steps of journeys that are due, as requests for /recommend', ref('DueStepsRequest'), list(ref('DueStep')), (rec, body) => rec.dueSteps(body)),
  call('/journey-status', 'Returns where a user or a group is in a journey, step by step', object({ journey: ID, user: ID, group: ID, now: MILLIS }, ['user', 'group']), list(ref('JourneyStatus')), (rec, body) => rec.journeyStatus(body)),
  call('/tier-report', 'Counts users by tier', ref('TierReportRequest'), ref('TierReport'), (rec, body) => rec.tierReport(body)),
  call('/content-status', 'Returns sends, interactions and validity of each item', object({ now: MILLIS, items: ref('ItemFilter') }, ['items']), list(ref('ContentStatus')), (rec, body) => rec.contentStatus(body)),
  call('/profile', 'Returns the state kept for a user or a group', ref('ProfileRequest'), ref('Profile'), (rec, body) => rec.profile(body)),
  call('/similar', 'Returns items related to an item', object({ item: ID, count: { type: 'integer', minimum: 1 }, now: MILLIS }, ['count', 'now']), list(ref('Similar')), (rec, { item, count, now }) => rec.similar(item, count, now === undefined ? undefined : { now })),
  call('/decision', 'Returns an accepted decision while it is kept, else null', object({ id: ID }), { anyOf: [ref('Sent'), NOTHING] }, (rec, { id }) => rec.decision(id) ?? null),
  call('/set-personalised', 'Opts a user out of profiling, or in again', object({ user: ID, on: BOOLEAN }), NOTHING, (rec, { user, on }) => rec.setPersonalised(user, on)),
  call('/remove-facet', 'Removes a facet from a user’s profile', object({ user: ID, facet: ID, at: MILLIS }), NOTHING, (rec, { user, facet, at }) => rec.removeFacet(user, facet, at)),
  call('/block-facet', 'Blocks a facet for a user', SUBJECT_FACET, NOTHING, (rec, { user, facet }) => rec.blockFacet(user, facet)),
  call('/unblock-facet', 'Unblocks a facet for a user', SUBJECT_FACET, NOTHING, (rec, { user, facet }) => rec.unblockFacet(user, facet)),
  call('/forget', 'Deletes a user; false if they are unknown', object({ user: ID }), BOOLEAN, (rec, { user }) => rec.forget(user)),
  read('/stats', 'Returns counts of the stored data', ref('Stats'), (rec) => rec.stats()),
  read('/operations', 'Returns the operations as given; null before the first', { anyOf: [ref('Operations'), NOTHING] }, (rec) => rec.operations()),
  read('/config', 'Returns the configuration with every default', ref('EffectiveConfig'), (rec) => rec.effectiveConfig()),
  read('/items', 'Returns all items', list(ref('Item')), (rec) => rec.items()),
  read('/users', 'Returns all users', list(ref('User')), (rec) => rec.users()),
  read('/groups', 'Returns all groups', list(ref('Group')), (rec) => rec.groups()),
  read('/channels', 'Returns all channels', list(ref('Channel')), (rec) => rec.channels()),
  read('/notes', 'Returns the problems found at opening and since', list(TEXT), (rec) => rec.notes),
];
