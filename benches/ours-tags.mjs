// nextpick on the rival's task: tags, freshness and expiry, one kind in the objective.
import { peer } from './ours.mjs'

export const name = 'nextpick, tags and freshness only'
export const init = peer({ families: ['affinity', 'freshness'], diversity: 0 }, { objective: { click: 1 } },
  ({ id, tags, publishedAt, expiresAt }) => ({ id, tags, publishedAt, expiresAt }))
