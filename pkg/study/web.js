/** @file Entry point of `nextpick/study` in browsers, workers and bundlers. */

import { study } from './load-web.js';
import { createStudies } from './studies.js';

export const { funnel, analyzeExperiment, referralLeaders, suggestTiers } = createStudies(study);
