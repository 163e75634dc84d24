// nextpick with all families, all kinds of the default objective and all item metadata.
import { described, peer } from './ours.mjs'

export const name = 'nextpick, all families, default objective'
export const init = peer({}, {}, described)
