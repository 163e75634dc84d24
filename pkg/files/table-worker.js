/** @file The worker of one Parquet or Arrow file, in browsers. */

import { serving } from './table-serving.js';

const take = serving((message) => self.postMessage(message));
self.onmessage = ({ data }) => take(data);
