import type { Shape } from '../../state.ts'
import type { Bench } from './bench.ts'
import type { Deeds } from './deeds.ts'

/**
 * One difference from the plan, tried both ways. Each function gives its evidence in a few words and throws when it is not
 * as the table says. A case relies on no other, and leaves the server as it found it.
 */
export interface Case {
  /** Its number in docs/differences.md. */
  id: string
  /** The plan's section. */
  section: string
  shape: Shape
  /** It takes seconds, without a deployment before it: it belongs to the short subset. */
  short?: true
  /** Types the plan's command as printed, and sees that it does not do what it is there for. */
  plan: (bench: Bench, deeds: Deeds) => Promise<string>
  /** Does the same job our way, and sees that it is done. */
  ours: (bench: Bench, deeds: Deeds) => Promise<string>
}
