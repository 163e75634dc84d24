/** @file Texts of the screen of the day. */

const many = (count, one, more = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : more}`;

export const today = {
  exceptions: 'Needs a decision',
  late: (count) => `${many(count, 'message')} handed over more than a day ago and not confirmed`,
  empty: (count) => `${many(count, 'message')} without anything that may be sent`,
  unconfirmed: (count) => `${many(count, 'message')} handed over, waiting for confirmation`,
  look: 'Look',
  due: 'Due today',
  next: (day) => `Next: ${day}`,
  wholeWeek: 'Whole week',
  nothing: 'Nothing is due today',
  nothingHint: 'Plan this week; messages that are due then appear here.',
  tour: 'A tour of the sample',
  tourHint: 'The sample is an invented tea shop. Try anything: its data is not stored, and nothing is ever sent.',
  steps: {
    plan: ['Plan a week', 'The best item of each day for 17 groups and for due steps of private journeys.'],
    why: ['Look at one group', 'Why this item and why not another; the reasons add up to the strength.'],
    approve: ['Approve', 'Look at close calls first, replace or pin some, then approve the rest at once; Ctrl Z undoes it.'],
    handover: ['Hand over', 'Export by day and owner for colleagues or bots, and confirm what was sent.'],
    own: ['Use your own data', 'Import items, groups and interactions; files are read in this browser only.'],
  },
};
