/** @file The recipient of a step or a message as a key: the user, or the group if no user is addressed. */

/** @param {{ user?: string, group?: string }} recipient */
export const subjectKey = ({ user, group }) => JSON.stringify([user, user === undefined ? group : undefined]);
