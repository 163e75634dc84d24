// Everything nextpick knows: all families, all kinds of the default objective.
import { peer } from './ours.mjs'

export const name = 'nextpick, all families, default objective'
export const init = peer({})
