/** @file Entry point of `nextpick/study` in browsers, workers and bundlers. */

import '../load/web.js';

export * from './functions.js';
