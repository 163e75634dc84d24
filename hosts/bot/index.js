/** @file The package `nextpick-bot`. */

export { checkedCommands, commandIn } from './commands.js';
export { countedLinks } from './links.js';
export { RULES } from './rules.js';
export { Talk, logLine } from './talk.js';
export { COMMANDS, TAG_ACTIONS } from './words.js';
