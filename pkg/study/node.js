/** @file Entry point of `nextpick/study` in Node. */

import '../load/node.js';

export * from './functions.js';
