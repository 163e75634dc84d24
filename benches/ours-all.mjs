// All of nextpick: all families, all kinds of the default objective, all item metadata.
import { described, peer } from './ours.mjs'

export const name = 'nextpick, all families, default objective'
export const init = peer({}, {}, described)
