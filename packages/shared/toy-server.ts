// A folder that looks like the plan's server to a script that runs with SERVER_HOST=here: a git working tree, and a
// `docker` that answers what such a server answers. Enough to open a script in a unit test; what scripts do is tried
// on the practice server.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PLAN } from './server-answers.ts'

/** How a script ended and what it said. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface ToyServer {
  folder: string
  project: string
  backups: string
  environment: NodeJS.ProcessEnv
  /** Makes a release directory, as a finished backup leaves it. */
  release(id: string): string
  /** Writes a script of a header and this body, to be run by {@link run}. */
  script(body: string): string
  /** Starts a script; `seen` is called with all that it has said on stderr so far. */
  run(
    file: string,
    flags?: string[],
    options?: {
      env?: NodeJS.ProcessEnv
      input?: string
      seen?: (words: string, child: ChildProcess) => void
    },
  ): Promise<Ended>
  remove(): void
}

const HEADER = `/**
 * Phase 2: Stop services
 *
 * Before:      phase1.ts
 * After:       phase3.ts
 * If it fails: run it again,
 *              or tsx packages/rollback/immediate.ts
 *
 * Usage: tsx packages/deploy/phase2.ts [--dry-run]
 */
`

export function toyServer(): ToyServer {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stories-toy-')))
  const [project, backups, bin] = ['1001project', 'backups', 'bin'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const path of [project, bin]) mkdirSync(path)

  const containers = JSON.stringify(PLAN).replaceAll('/home/ubuntu/1001project', project)
  writeFileSync(join(folder, 'containers.json'), containers)
  const program = (name: string, text: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  program(
    'docker',
    `case "$1" in
  version) echo 20.10.24 ;;
  ps) echo 1 2 ;;
  inspect) cat '${folder}/containers.json' ;;
  *) exit 125 ;;
esac`,
  )
  program(
    'docker-compose',
    'case "$1" in version) echo 1.29.2 ;; *) echo "docker-compose $*" >> calls ;; esac',
  )

  const git = (...words: string[]) =>
    execFileSync('git', ['-C', project, '-c', 'user.name=x', '-c', 'user.email=x@x', ...words])
  git('init', '-q', '-b', 'feature/role-system-v2')
  git('commit', '-q', '--allow-empty', '-m', 'Start')

  const environment = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: folder,
    NO_COLOR: '1',
    DOCKER_HOST: 'unix:///nowhere', // else this machine's own Docker would be asked
    SERVER_HOST: 'here',
    PUBLIC_URL: 'http://127.0.0.1',
    PROJECT_DIR: project,
    BACKUP_ROOT: backups,
    STORIES_ENV_FILE: '/dev/null',
    STORIES_OPERATOR: 'ann',
  }
  let count = 0
  return {
    folder,
    project,
    backups,
    environment,
    release(id) {
      const directory = join(backups, id)
      mkdirSync(directory, { recursive: true })
      return directory
    },
    script(body) {
      const file = join(folder, `phase2-${++count}.mts`)
      const shared = fileURLToPath(new URL('./index.ts', import.meta.url))
      writeFileSync(
        file,
        `${HEADER}import * as shared from '${shared}'\nconst { open, server, step } = shared\n${body}`,
      )
      return file
    },
    run(file, flags = [], { env = {}, input = '', seen } = {}) {
      return new Promise((resolve) => {
        const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file, ...flags], {
          env: { ...environment, ...env },
          stdio: ['pipe', 'pipe', 'pipe'],
        })
        const ended = { stdout: '', stderr: '' }
        child.stdout.on('data', (chunk) => {
          ended.stdout += chunk
        })
        child.stderr.on('data', (chunk) => {
          ended.stderr += chunk
          seen?.(ended.stderr, child)
        })
        child.stdin.on('error', () => {})
        child.stdin.end(input)
        child.on('close', (code) => resolve({ code, ...ended }))
      })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
