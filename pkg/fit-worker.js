// @ts-check
/** @file The worker of one fit, in browsers. */

import { work } from './fit.js';
import { study } from './study-web.js';

self.onmessage = ({ data }) => work(study, data, (message, moved) => self.postMessage(message, moved));
