// The rival's task and no more: liking of tags, and freshness, one kind aimed at.
import { peer } from './ours.mjs'

export const name = 'nextpick, tags and freshness only'
export const init = peer({ families: ['affinity', 'freshness'], diversity: 0 }, { objective: { click: 1 } })
