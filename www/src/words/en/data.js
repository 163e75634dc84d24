/** @file Texts of the data screen. */

const many = (count, one, more = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : more}`;

export const data = {
  counts: ({ items, users, groups, interactions }) => [many(items, 'item'), many(users, 'user'), many(groups, 'group'), many(interactions, 'interaction')].join(' · '),
  own: 'Use your own files',
  privacy: 'Files are read in this browser and go nowhere. CSV, JSON or JSONL, each also as .gz; or .xlsx.',
  drop: 'Drop files here, or choose them one by one',
  sorts: { items: 'Library', users: 'Users', groups: 'Groups', channels: 'Accounts', interactions: 'Interactions', config: 'Configuration' },
  needed: 'required',
  choose: 'Choose',
  take: (sort) => `Choose a file: ${sort}`,
  remove: (name) => `Remove ${name}`,
  load: 'Load these files',
  useSample: 'Back to the sample',
  unplaced: (name) => `${name}: its name does not say what it contains; use the button of its sort.`,
  notes: (count) => `Notes on what was read (${count})`,
  problems: (count) => `${many(count, 'mistake')} to mend; nothing was loaded`,
  leftOut: (count) => `Loaded, without ${many(count, 'bad row')}`,
  leaveOut: 'Leave these rows out and load the rest',
  problemColumns: { file: 'File', row: 'Row', field: 'Field' },
  moreProblems: (count) => `${count} more are not listed`,
};
