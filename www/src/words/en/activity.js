/** @file Texts of the activity: verbs of commands. */

export const activity = {
  find: 'Action, subject or name',
  hint: 'Changes made in this browser, in order. Entries are only added; when a person is forgotten, their id is replaced by the number of the receipt.',
  none: 'Nothing done yet.',
  more: (count) => `${count} more: search, or export them`,
  messages: (count) => `${count.toLocaleString('en')} messages`,
  verbs: {
    import: 'imported data', sample: 'went back to the sample', undo: 'undid',
    approve: 'approved', withdraw: 'withdrew approval', reject: 'left out', takeBack: 'restored', next: 'took the next candidate', exclude: 'excluded from the group', use: 'chose an item', pin: 'pinned', rhythm: 'changed the rhythm',
    scheme: 'adopted scheme B', handover: 'handed over', confirm: 'confirmed as sent', release: 'confirmed as not sent',
    tags: 'changed tags', personalised: 'switched personalisation on', 'opted-out': 'switched personalisation off', 'facet-removed': 'removed an interest', 'facet-blocked': 'blocked an interest', 'facet-unblocked': 'unblocked an interest', forget: 'forgot a person', export: 'exported', restore: 'opened a workspace', operations: 'changed the operations', add: 'added data', config: 'changed the configuration', item: 'changed an item',
  },
};
