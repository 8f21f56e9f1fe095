import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../docker.ts'
import { nodeAndNpm, schemaEngine } from '../../downloads.ts'
import { ends } from '../../eyes.ts'
import { differences, down, fingerprint, type Practice, up } from '../../practice.ts'
import { here, type Say, type Shape } from '../../state.ts'
import { layTree } from '../../tree.ts'
import { branchOf, lay, phase4, upToPhase4 } from './ground.ts'

/** A shape of server, the Prisma that its new code pins, and the recipe that the copy has to choose there. */
export interface Held {
  shape: Shape
  prisma: string
  recipe: string
  expected: string
  /** What was not as before after the rollback. */
  wrong: string[]
}

const SEVEN = '7.10.0'

/** Gives a practice server a base image in which `npm ci` and the engine of Prisma 7 work without a network. */
async function loadSeven(practice: Practice, say: Say): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-seven-'))
  try {
    const tree = join(folder, 'tree')
    layTree('plan', 'v3', tree)
    const manifest = readFileSync(join(tree, 'package.json'), 'utf8')
    const files: Record<string, string> = {
      'package.json': manifest.replace(/"prisma": "[^"]+"/, `"prisma": "${SEVEN}"`),
    }
    writeFileSync(join(tree, 'package.json'), files['package.json']!)
    say(`fetching Prisma ${SEVEN}`)
    const cache = join(folder, 'context/npm-cache')
    const npm = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--cache', cache]
    const cli = join(await nodeAndNpm(say), 'npm/bin/npm-cli.js')
    await run({ cwd: tree })`node ${cli} install --package-lock-only --omit-lockfile-registry-resolved ${npm}`
    await run({ cwd: tree })`node ${cli} ci ${npm}`
    files['package-lock.json'] = readFileSync(join(tree, 'package-lock.json'), 'utf8')
    await run`cp -a ${await schemaEngine(SEVEN, say)} ${folder}/context/schema-engine`
    await run`docker build -q -t rehearsal/node-seven -f ${here}/images/node-prisma/Dockerfile ${folder}/context`
    await run`docker save rehearsal/node-seven | docker exec -i ${practice.container} docker load -q`
    await run`docker rmi rehearsal/node-seven`

    const dockerfile = readFileSync(join(tree, 'Dockerfile'), 'utf8')
    files['Dockerfile'] = dockerfile.replaceAll('node:20-bookworm-slim', 'rehearsal/node-seven')
    const schema = readFileSync(join(tree, 'prisma/schema.prisma'), 'utf8')
    files['prisma/schema.prisma'] = schema.replace(/^\s*url\s*=.*\n/m, '').replace(/^\s*engineType.*\n/m, '')
    files['prisma.config.ts'] = `import { defineConfig } from 'prisma/config'

// Not env(): it throws where the client is generated, in a build that knows no database.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
})
`
    return files
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Rehearses and runs phase 4 with one Prisma on one shape, and goes back. */
export async function hold(shape: Shape, prisma: string, expected: string, say: Say): Promise<Held> {
  const name = `prove-migrations-${shape}`
  const practice = await up({ shape, name, sizeMb: 5, uploadsMb: 2, say })
  try {
    const branch =
      prisma === SEVEN
        ? await branchOf(practice, 'prisma-7', await loadSeven(practice, say))
        : 'v3-ui-overhaul'
    const ground = await lay(practice)
    const { recipe } = await upToPhase4(ground, branch)
    const done = await phase4(ground, branch)
    const failed =
      done.code === 0 ? [] : [`phase4.ts ended with ${done.code}: ${done.stderr.trim().split('\n').at(-1)}`]
    await ends(practice, 'rollback/immediate', ['--yes'])
    const wrong = [...failed, ...differences(ground.before, await fingerprint(practice))]
    say(
      `${shape}, Prisma ${prisma}: recipe ${recipe}${wrong.length > 0 ? `, ${wrong.join('; ')}` : ', held and taken back'}`,
    )
    return { shape, prisma, recipe, expected, wrong }
  } finally {
    await down(name)
  }
}

/** Every Prisma that the sites have or will have, on the shape that has it. */
export const VERSIONS: [Shape, string, string][] = [
  ['plan', '6.19.3', 'deploy'],
  ['live', '6.13.0', 'diff'],
  ['plan', SEVEN, 'deploy'],
]
