/** @file Entry point of `nextpick/study` in Node. */

import { study } from './load-node.js';
import { createStudies } from './studies.js';

export const { funnel, analyzeExperiment, referralLeaders, suggestTiers } = createStudies(study);
