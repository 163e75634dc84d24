/** @file The worker of one Parquet file, in browsers. */

import { serving } from './parquet-table.js';

const take = serving((message) => self.postMessage(message));
self.onmessage = ({ data }) => take(data);
