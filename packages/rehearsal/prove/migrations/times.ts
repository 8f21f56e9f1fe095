import { ends } from '../../eyes.ts'
import { differences, down, fingerprint, inside, type Practice, up } from '../../practice.ts'
import type { Say } from '../../state.ts'
import { type Ground, lay, type Proven, phase4, upToPhase4 } from './ground.ts'

/** What phase 4 was foretold to take on a database of a size, what it took, and what its two great parts take alone. Milliseconds. */
export interface Times {
  megabytes: number
  predicted: Proven['predicted']
  real: number
  /** A copy by TEMPLATE and `prisma migrate deploy` on it, typed into a shell. */
  bare: number
}

/** The copy and the migration alone, as typed into a shell of the server; the copy is dropped again. */
async function bareShell({ practice, directory }: Ground): Promise<number> {
  const psql = `docker exec -i 1001-stories-db psql -qX -v ON_ERROR_STOP=1 -U postgres -d postgres -c`
  const [copy, migrate] = [
    `${psql} 'CREATE DATABASE bare TEMPLATE stories_db STRATEGY FILE_COPY'`,
    `docker run --rm --network container:1001-stories-db -e DATABASE_URL "1001-stories-migrator:$(head -c 12 ${directory}/target_commit.txt)" npx prisma migrate deploy > /dev/null`,
  ]
  await inside(
    practice,
    `password=$(docker exec 1001-stories-db printenv POSTGRES_PASSWORD | node -p 'encodeURIComponent(fs.readFileSync(0, "utf8").trim())')
    echo "postgresql://postgres:$password@127.0.0.1:5432/bare" > /run/bare-url`,
  )
  const since = Date.now()
  await inside(practice, `export DATABASE_URL=$(cat /run/bare-url); ${copy}; ${migrate}`)
  const ms = Date.now() - since
  await inside(practice, `${psql} 'DROP DATABASE bare'; rm /run/bare-url`)
  return ms
}

/** Rehearses, foretells and runs phase 4 on a database of this size; then rolls back, and demands that all is as it was. */
export async function timesOf(name: string, megabytes: number, say: Say): Promise<Times> {
  const practice: Practice = await up({ shape: 'plan', name, sizeMb: megabytes, uploadsMb: 2, say })
  try {
    const ground = await lay(practice)
    const { predicted } = await upToPhase4(ground)
    await bareShell(ground) // the first one finds everything cold
    const bare = await bareShell(ground)
    const real = await phase4(ground)
    if (real.code !== 0) throw new Error(`phase4.ts ended with ${real.code}\n${real.stderr}`)
    await ends(practice, 'rollback/immediate', ['--yes'])
    const wrong = differences(ground.before, await fingerprint(practice))
    if (wrong.length > 0) throw new Error(`after the rollback:\n${wrong.join('\n')}`)
    const times = { megabytes, predicted, real: real.ms, bare }
    say(`${megabytes} MB: phase 4 ${real.ms} ms, foretold ${predicted.ms} ms, bare shell ${bare} ms`)
    return times
  } finally {
    await down(name)
  }
}
