/** @file Worker of one fit, in browsers. */

import { runFit } from './fit.js';
import { study } from './study/load-web.js';

const port = /** @type {Worker} */ (/** @type {unknown} */ (self));
port.onmessage = ({ data }) => runFit(study, data, (message, moved = []) => port.postMessage(message, moved));
