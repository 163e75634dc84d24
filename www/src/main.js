/** @file The page begins: every element is registered by its own file. */

import './app.js';
