/** @file Worker of one fit, in browsers. */

import { answerFit } from './fit.js';
import './load/web.js';
import { studying } from './load/studying.js';

const port = /** @type {Worker} */ (/** @type {unknown} */ (self));
port.onmessage = ({ data }) => answerFit(studying, data, (message, moved = []) => port.postMessage(message, moved));
