/** @file Entry point: each element is registered by its own file. */

import './app.js';
