/** @file Texts of the settings. */

const many = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

export const settings = {
  sections: 'Parts of the settings',
  section: { page: 'Page', operations: 'Operations', config: 'Configuration' },
  look: 'Appearance and keys',
  theme: 'Theme',
  themes: { auto: 'as the system', light: 'light', dark: 'dark' },
  name: 'Your name',
  nameHint: 'Recorded with approvals and in the activity. It is no login: anybody may enter any name.',
  storage: 'Storage',
  used: (used, quota) => `This page uses ${used} MB; the browser allows about ${quota} MB.`,
  noEstimate: 'The browser does not say how much space there is.',
  hashes: 'Remember who asked to be forgotten (as keyed hashes, from which nobody can be read)',
  hashesHint: 'An import can then warn that an old file names a forgotten person. Switched off, it does not warn, and the hashes are deleted at once.',
  presets: 'Presets by industry',
  presetsHint: 'They fill the editors below; nothing changes before you apply them.',
  industries: { 'frequent-online': 'frequent · online', 'frequent-offline': 'frequent · offline', 'infrequent-online': 'infrequent · online', 'infrequent-offline': 'infrequent · offline' },
  parts: { tiers: 'User tiers', rules: 'Rules', quotas: 'Quotas', journeys: 'Journeys', experiments: 'Experiments' },
  partHints: {
    tiers: 'Tiers follow from active days, which count less with time.', rules: 'They restrict classes of items: to whom, and how often.', quotas: 'Number or share of a class of items in one message or the latest ones.', journeys: 'Steps that are due at set times after an event.', experiments: 'People or groups in variants with different settings, to compare the results.',
  },
  tierFields: { halfLifeDays: 'Half-life of activity, days', newcomerDays: 'Newcomer for, days' },
  summary: {
    rules: ({ audience, caps }) => [audience && 'audience', caps && many(caps.length, 'cap')].filter(Boolean).join(' · '),
    quotas: ({ min, max, minShare, maxShare }) => [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`, minShare !== undefined && `at least ${Math.round(minShare * 100)} %`, maxShare !== undefined && `at most ${Math.round(maxShare * 100)} %`].filter(Boolean).join(' · '),
    journeys: ({ steps = [] }) => many(steps.length, 'step'),
    experiments: ({ variants = [] }) => many(variants.length, 'variant'),
  },
  none: 'None yet.',
  unsaved: 'not applied yet',
  jsonOf: (part) => `${part} as JSON`,
  apply: 'Apply',
  discard: 'Discard changes',
  notJson: 'This is not valid JSON.',
  objectives: 'Objectives and weights',
  objective: 'Objective',
  configHint: 'The configuration changes what is learnt, so the whole log is read anew: import it together with the data. These are the values in effect.',
  others: 'The rest of the configuration in effect',
};
