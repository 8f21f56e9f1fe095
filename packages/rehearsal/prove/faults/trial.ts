import { inside } from '../../practice.ts'
import { type Attempt, attempt, lastWords } from './attempt.ts'
import { type Boundary, type Case, isRandom, nameOf } from './cases.ts'
import { beginDeployment, builds, compare, forgetImages, type Ground, tidy, wordsOf } from './ground.ts'
import { faults } from './harm.ts'
import { halfBackups, orphans } from './orphans.ts'
import { hearTheTruth, type Told } from './truth.ts'

/** What a case came to. */
export interface Result {
  case: string
  shape: string
  /** The fault came while the operation ran; else the case tells nothing and does not count. */
  struck: boolean
  /** It was to come at a random moment. */
  random: boolean
  /** Everything that was not as it must be; nothing when the case was survived. */
  wrong: string[]
  /** How the interrupted operation ended, and what it said last. */
  ended: string
  /** What status.ts said afterwards. */
  state: string
  /** What the operator did about it. */
  onward: string
  /** Where the server stands at the end. */
  stands: 'old' | 'new' | 'between'
  rowsLost: number
  uploadsLost: number
  ms: number
}

const blank = (name: string, shape: string, random = false): Result => ({
  case: name,
  shape,
  struck: false,
  random,
  wrong: [],
  ended: '',
  state: '',
  onward: '',
  stands: 'between',
  rowsLost: 0,
  uploadsLost: 0,
  ms: 0,
})

const whereItStands = ({ code, app, database, page, unfinished }: Told): Result['stands'] => {
  const all = new Set([code, app, database])
  return all.size === 1 && page === 'off' && !unfinished && (code === 'old' || code === 'new')
    ? code
    : 'between'
}

/** Resolves when the moment of the case has come, or the operation has ended before it. */
function moment(one: Case, running: Attempt, passed: Promise<void>, ms: number): Promise<unknown> {
  const wait =
    typeof one.at === 'number'
      ? new Promise((resolve) => setTimeout(resolve, ms * (one.at as number)))
      : passed
  return Promise.race([wait, running.end])
}

const same = (a: Boundary, b: Boundary) => a.script === b.script && a.step === b.step && a.state === b.state

/** Lets the operation of a case run until its fault strikes. */
async function strike(ground: Ground, one: Case, result: Result): Promise<void> {
  const { practice, consent, ms } = ground
  const fault = faults[one.kind]
  await fault.before?.(practice)
  let pass = () => {}
  const passed = new Promise<void>((resolve) => {
    pass = resolve
  })
  const running = attempt(practice, one.operation, ...wordsOf(one.operation, consent), (boundary) => {
    if (typeof one.at !== 'number' && same(boundary, one.at)) pass()
  })
  await moment(one, running, passed, ms[one.operation])
  result.struck = !running.ended()
  const seen = await fault.strike(practice, running.group, running.ended)
  const ended = await running.end
  await fault.after?.(practice)
  result.ended = `exit ${ended.code}: ${lastWords(ended.stderr)}`
  if (seen) result.wrong.push(seen)
  if (ended.hung) result.wrong.push(`the ${one.operation} never ended`)
}

/** An app that lost its database in a restart has said so in its log, and the last check tells the operator: as it should. */
const leftInTheLog = ({ kind }: Case, words: string) =>
  /restarted|rebooted/.test(kind) && /\b1 of \d+ checks failed: Errors in the log/.test(words)

/** Goes on as status.ts says one may: with the deployment, or back. Gives what status.ts says at the end. */
async function goOn(ground: Ground, one: Case, told: Told, result: Result): Promise<Told> {
  const { practice, marks, consent } = ground
  const inOrder = whereItStands(told) !== 'between' && told.fenced.length === 0
  const beforeWindow = one.operation !== 'deploy' && one.operation !== 'rollback'
  if (inOrder && !beforeWindow) {
    result.onward = 'nothing to do'
    return told
  }
  const operation = beforeWindow
    ? one.operation
    : one.onward === 'resume' && told.unfinished
      ? 'deploy'
      : 'rollback'
  result.onward = wordsOf(operation, '').flat().slice(0, 2).join(' ')
  const ended = await attempt(practice, operation, ...wordsOf(operation, consent)).end
  if (ended.code !== 0 && !leftInTheLog(one, lastWords(ended.stderr)))
    result.wrong.push(`${result.onward} ended with ${ended.code}: ${lastWords(ended.stderr)}`)
  const after = await hearTheTruth(practice, marks, 20)
  result.wrong.push(...after.wrong)
  return after.told
}

/** Runs one case on a server that stands where its operation begins. */
export async function trial(ground: Ground, one: Case): Promise<Result> {
  const { practice, marks } = ground
  const since = Date.now()
  const result = blank(nameOf(one), practice.shape, isRandom(one))
  try {
    await tidy(ground)
    if (one.operation === 'deploy') await beginDeployment(practice, marks)
    if (builds(one.operation)) await forgetImages(practice)
    await strike(ground, one, result)
    const { told, wrong } = await hearTheTruth(practice, marks)
    result.wrong.push(...wrong)
    result.state = told.state
    result.wrong.push(...(await halfBackups(practice)))
    const end = await goOn(ground, one, told, result)
    result.stands = whereItStands(end)
    if (result.stands === 'between') result.wrong.push(`neither all old nor all new: ${end.state}`)
    else {
      const { wrong, rows, uploads } = await compare(ground, result.stands)
      Object.assign(result, { rowsLost: rows, uploadsLost: uploads })
      result.wrong.push(...wrong, ...(await orphans(practice)))
    }
  } catch (error) {
    result.wrong.push((error as Error).message)
  }
  result.ms = Date.now() - since
  return result
}

/** Takes a server to the other side without any fault: what is left to be tried begins there. */
export async function cross(ground: Ground, stands: 'old' | 'new'): Promise<Result> {
  const { practice, consent, marks } = ground
  const since = Date.now()
  const operation = stands === 'old' ? 'deploy' : 'rollback'
  if (operation === 'deploy') await beginDeployment(practice, marks)
  const { code, stderr } = await attempt(practice, operation, ...wordsOf(operation, consent)).end
  return {
    ...blank(`${operation} without a fault`, practice.shape),
    wrong: code === 0 ? [] : [`it ended with ${code}: ${lastWords(stderr)}`],
    onward: 'to go on from there',
    stands: code !== 0 ? 'between' : stands === 'old' ? 'new' : 'old',
    ms: Date.now() - since,
  }
}

/** Everything of the server that helps to understand a case that was not survived. */
export const evidence = ({ practice, marks }: Ground) =>
  inside(
    practice,
    `tail -n 40 ${marks.directory}/journal.jsonl; docker ps -a; tail -n 30 /var/log/dockerd.log`,
  ).catch((error: Error) => error.message)
