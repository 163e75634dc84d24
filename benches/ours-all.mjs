// All of nextpick: all families, all kinds of the default objective, all item metadata.
import { peer } from './ours.mjs'

export const name = 'nextpick, all families, default objective'
export const init = peer({}, {},
  ({ id, title, tags, category, format, publishedAt, expiresAt }) => ({ id, title, tags, category, format, publishedAt, expiresAt }))
