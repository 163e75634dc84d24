/** @file Texts of the activity: verbs of commands. */

export const activity = {
  verbs: { import: 'imported data', sample: 'went back to the sample', undo: 'undid' },
};
