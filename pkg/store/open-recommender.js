/** @file `openRecommender`, over the module that decides. */

import { createRecommender, loadRecommender } from '../recommenders.js';
import { createImages } from '../image.js';
import { deciding } from '../load/deciding.js';
import { createOpenRecommender } from './open.js';

export const openRecommender = createOpenRecommender(createRecommender, loadRecommender, createImages(deciding));
