/** @file The package `nextpick-wecom`. */

export { WecomClient } from './client.js';
export { WecomError } from './errors.js';
export { createWecomHost } from './host.js';
export { renderItem } from './message.js';
export { nodeListener } from './node-http.js';
export { senderOf } from './records.js';
export { StaffRobot } from './robot.js';
