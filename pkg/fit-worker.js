// @ts-check
/** @file Worker of one fit, in browsers. */

import { runFit } from './fit.js';
import { study } from './study/load-web.js';

self.onmessage = ({ data }) => runFit(study, data, (message, moved) => self.postMessage(message, moved));
