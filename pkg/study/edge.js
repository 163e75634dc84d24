/** @file Entry point of `nextpick/study` in workerd and edge functions. */

import '../load/edge.js';

export * from './functions.js';
