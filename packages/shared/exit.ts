/** What an exit code says. stdout is data, stderr is talk, the exit code is truth. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  locked: 4,
  interrupted: 130,
} as const

/** Ends a script on purpose: one clear line, what to do next, and an exit code of {@link EXIT}. */
export class Stop extends Error {
  readonly code: number
  readonly next: string | undefined

  constructor(code: number, message: string, next?: string) {
    super(message)
    this.name = 'Stop'
    this.code = code
    this.next = next
  }
}

/** A precondition does not hold, a check failed or somebody said no: exit 3, nothing more is touched. */
export function refuse(message: string, next?: string): never {
  throw new Stop(EXIT.refused, message, next)
}

/** A flag or a setting is wrong: exit 2, nothing was touched. */
export function misuse(message: string, next?: string): never {
  throw new Stop(EXIT.usage, message, next)
}
