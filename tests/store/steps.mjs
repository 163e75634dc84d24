// Fixture with one due step per user, for the tests of sending.
export const NOW = Date.UTC(2026, 2, 31, 4);
export const USERS = 400;
export const ITEMS = [{ id: 'a' }, { id: 'b' }];
export const OPERATIONS = {
  journeys: [{ id: 'welcome', trigger: { type: 'activity', kind: 'joined' }, steps: [{ id: 'hello', items: {} }, { id: 'day-1', offset: { days: 1 }, items: {} }] }],
};
