import { pick, random, shuffle } from './random.ts'

/** What a fault interrupts. The first two change what visitors get; the others are what comes before the window. */
export const operations = ['deploy', 'rollback', 'backup', 'verify', 'test-migration', 'prepare'] as const
export type Operation = (typeof operations)[number]

/** The faults; `harm.ts` does them. */
export const kinds = [
  'kill',
  'interrupt',
  'connection cut',
  'packets dropped',
  'dockerd restarted',
  'server rebooted',
  'disk full',
  'second operator',
] as const
export type Kind = (typeof kinds)[number]

/** The border of a step, as the script announces it. */
export interface Boundary {
  operation: Operation
  script: string
  step: string
  state: 'begun' | 'done'
}

/** One case: what runs, what happens to it and when, and how the operator goes on. */
export interface Case {
  operation: Operation
  kind: Kind
  /** At a step's border, or after a share of the time that the operation takes undisturbed. */
  at: Boundary | number
  /** How the operator goes on with a deployment that stands unfinished. */
  onward: 'resume' | 'rollback'
}

/** How a case is called in lists. */
export const nameOf = ({ operation, kind, at, onward }: Case) =>
  `${kind} ${typeof at === 'number' ? `at ${Math.round(at * 100)} % of ${operation}` : `when ${at.script} says "${at.step}" ${at.state}`}, then ${onward}`

/** Every border once: where a step ends the next one begins, so the end of a script's last step is the only one that counts. */
const once = (boundaries: Boundary[]) =>
  boundaries.filter(
    ({ script, state }, place) => state === 'begun' || boundaries[place + 1]?.script !== script,
  )

/**
 * The long campaign: the operator is killed at every border, every other fault comes at `each` borders of its own, and
 * any fault at `moments` random moments. The borders come first: on a slow day they are what must not be left out.
 */
export function campaign(boundaries: Boundary[], seed: number, each = 5, moments = 50): Case[] {
  const next = random(seed)
  const onward = (): Case['onward'] => (next() < 0.5 ? 'resume' : 'rollback')
  const window = boundaries.filter(({ operation }) => operation === 'deploy' || operation === 'rollback')
  const killed = once(boundaries).map(
    (at): Case => ({ operation: at.operation, kind: 'kill', at, onward: onward() }),
  )
  const others = kinds
    .filter((kind) => kind !== 'kill')
    .flatMap((kind) =>
      shuffle(window, next)
        .slice(0, each)
        .map((at): Case => ({ operation: at.operation, kind, at, onward: onward() })),
    )
  const anywhere = Array.from({ length: moments }, (): Case => {
    const operation = next() < 0.3 ? 'rollback' : 'deploy'
    return { operation, kind: pick(kinds, next), at: next(), onward: onward() }
  })
  return [...shuffle(killed, next), ...shuffle([...others, ...anywhere], next)]
}

/** Whether the fault comes at a random moment. */
export const isRandom = ({ at }: Case) => typeof at === 'number'

/** A border's name, the same on every shape. */
const borderName = ({ script, step, state }: Boundary) => `${script} ${step} ${state}`

/** The border at which a case kills the operator; undefined for any other case. */
const killedAt = ({ kind, at }: Case) =>
  kind === 'kill' && typeof at !== 'number' ? borderName(at) : undefined

/**
 * Shares a campaign among several lanes. Each has every border at which the operator is killed, as the shapes do not pass
 * quite the same ones, and {@link claim}s it when it comes to it; of the other faults at borders and of the random moments it
 * has its part.
 */
export function shareOf(cases: Case[], lane: number, lanes: number): Case[] {
  const mine = (some: Case[]) => some.filter((_, place) => place % lanes === lane)
  const others = cases.filter((one) => !killedAt(one))
  const moments = others.filter(isRandom)
  const has = new Set([...mine(moments), ...mine(others.filter((one) => !isRandom(one)))])
  return cases.filter((one) => killedAt(one) || has.has(one))
}

/** Whether this case is still to be tried: a border's kill is until a lane has claimed it. */
export const isOpen = (one: Case, claimed: Set<string>) => !claimed.has(killedAt(one) ?? '')

/** Takes a case, if it {@link isOpen}: no other lane kills at its border. */
export function claim(one: Case, claimed: Set<string>): boolean {
  const open = isOpen(one, claimed)
  const border = killedAt(one)
  if (border) claimed.add(border)
  return open
}

/** Gives a border back at which the fault came too late: nobody was killed there. */
export const release = (one: Case, claimed: Set<string>) => claimed.delete(killedAt(one) ?? '')

/** How many cases the lanes have left; a border that none of them has come to is one. */
export const untried = (left: Case[][]) => new Set(left.flat().map((one) => killedAt(one) ?? one)).size

/** The borders at which a campaign kills the operator. */
export const killBorders = (cases: Case[]) => cases.flatMap((one) => killedAt(one) ?? [])

/** The short form: the places where a death costs most, each by another fault. */
export function shortCampaign(boundaries: Boundary[], seed: number): Case[] {
  const next = random(seed)
  const border = (operation: Operation, script: string, number: number, state: Boundary['state']) =>
    boundaries.find(
      (at) =>
        at.operation === operation &&
        at.script === script &&
        at.state === state &&
        at.step.startsWith(`${number}.`),
    )
  const wanted: [Kind, Boundary | undefined, Case['onward']][] = [
    ['kill', border('deploy', 'phase4', 6, 'begun'), 'resume'],
    ['kill', border('rollback', 'immediate', 3, 'begun'), 'rollback'],
    ['interrupt', border('deploy', 'phase3', 3, 'begun'), 'rollback'],
  ]
  const fixed = wanted.flatMap(([kind, at, onward]): Case[] =>
    at ? [{ operation: at.operation, kind, at, onward }] : [],
  )
  return [...fixed, { operation: 'deploy', kind: 'kill', at: next(), onward: 'rollback' }]
}

/** A case whose random moment came too late, at an earlier one; a border is where it is. */
export const earlier = (one: Case): Case[] =>
  typeof one.at === 'number' ? [{ ...one, at: one.at * 0.8 }] : []

/** The next case that can begin where the server stands now, and the ones that are left. */
export function dealt(cases: Case[], stands: 'old' | 'new'): Case | undefined {
  return cases.find(({ operation }) => (operation === 'rollback') === (stands === 'new'))
}
