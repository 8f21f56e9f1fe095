/** The plan's phases 1 to 3, 5 and 6. */
import { equal, match, notEqual, ok } from 'node:assert/strict'
import {
  applyConf,
  checkout,
  closeSite,
  newToken,
  openSite,
  readConf,
  reapply,
  setChangesAside,
  until,
  visit,
  waitForApp,
} from '@stories/shared'
import { appLog } from '../../../monitor/logs.ts'
import { call } from '../../operator.ts'
import { inside } from '../../practice.ts'
import { dotenv, project } from '../../settings.ts'
import { type Bench, inScratch, line, type, withoutDatabase } from './bench.ts'
import type { Case } from './case.ts'

/** Phase 3, as printed, as far as the stash is concerned. */
const updateCode = `git stash save "Production changes before v3 deployment"
git fetch origin
git checkout v3-ui-overhaul
git pull origin v3-ui-overhaul`

const password = new URL(/^DATABASE_URL=(.*)$/m.exec(dotenv('plan'))![1]!).password

/** Closes the site our way, looks at it as a visitor, and opens it again. */
async function closed({ found, settings }: Bench) {
  const host = new URL(settings.PUBLIC_URL).hostname
  await applyConf(found, closeSite(await readConf(found), host, newToken()))
  try {
    return await until('the page', 10, async () => {
      const answer = await visit(settings, '/')
      return answer.status === 503 ? answer : undefined
    })
  } finally {
    await applyConf(found, openSite(await readConf(found)))
  }
}

export const phases: Case[] = [
  {
    id: 'E12',
    section: 'Phase 1: Preparation',
    shape: 'plan',
    short: true,
    plan: async (bench) => {
      const typed = await type(
        bench,
        `echo '<html><body><h1>System Maintenance</h1><p>We'll be back shortly.</p></body></html>' | sudo tee maintenance.html`,
      )
      const { stdout } = await type(bench, 'ls maintenance.html')
      notEqual(typed.code, 0)
      equal(stdout, '')
      return line(typed, /unexpected EOF|syntax error/)
    },
    ours: async (bench) => {
      const { body } = await closed(bench)
      match(body, /<h1>System Maintenance<\/h1>/)
      return 'visitors read the whole page'
    },
  },
  {
    id: 'E13',
    section: 'Phase 1: Preparation',
    shape: 'plan',
    plan: async (bench) => {
      // The page with its apostrophe repaired, and nginx's file edited as the plan's comment says.
      await inside(
        bench.practice,
        `cd ${project}; echo '<h1>System Maintenance</h1>' > maintenance.html
cp -a /etc/nginx/sites-available/default /root/default
sed -i '/^server {/r /dev/stdin' /etc/nginx/sites-available/default <<'EOF'
if (-f $document_root/maintenance.html) {
    return 503;
}
error_page 503 @maintenance;
location @maintenance {
    rewrite ^(.*)$ /maintenance.html break;
}
EOF`,
      )
      try {
        const typed = await type(bench, 'sudo nginx -t && sudo systemctl reload nginx')
        equal(typed.code, 0)
        const { status } = await visit(bench.settings, '/')
        equal(status, 200)
        return 'nginx looks for the page in its own root: visitors still get 200'
      } finally {
        await inside(
          bench.practice,
          `rm ${project}/maintenance.html; mv /root/default /etc/nginx/sites-available/default; systemctl reload nginx`,
        )
      }
    },
    ours: async (bench) => {
      const before = await readConf(bench.found)
      const { headers } = await closed(bench)
      ok(headers['retry-after'])
      equal(await readConf(bench.found), before)
      return `503, Retry-After ${headers['retry-after']}; the file is byte for byte as it was`
    },
  },
  {
    id: 'E14',
    section: 'Phase 3: Update Code',
    shape: 'plan',
    plan: (bench) =>
      inScratch(bench, async (folder) => {
        const typed = await type(bench, `cd ${folder}; ${updateCode}\ngit checkout stash -- .env`)
        notEqual(typed.code, 0)
        return line(typed, /^(error|fatal):/)
      }),
    ours: async (_, { deployment, target }) => {
      const { before, between } = await deployment()
      equal(between.settings['.env'], before.settings['.env'])
      equal(between.code['commit'], (await target()).commit)
      return 'v3 is checked out, .env is the same with owner and mode'
    },
  },
  {
    id: 'E15',
    section: 'Phase 3: Update Code',
    shape: 'plan',
    short: true,
    plan: (bench) =>
      inScratch(bench, async (folder) => {
        const typed = await type(
          bench,
          `cd ${folder}; echo '# raised for the server' >> docker-compose.yml; ${updateCode}; grep -c raised docker-compose.yml`,
        )
        equal(typed.stdout.trim().split('\n').at(-1), '0')
        return 'the edit of docker-compose.yml is gone'
      }),
    ours: (bench) =>
      inScratch(bench, async (folder) => {
        const fetched = await type(
          bench,
          `cd ${folder}; echo '# raised for the server' >> docker-compose.yml; git fetch -q origin; git rev-parse origin/v3-ui-overhaul`,
        )
        const commit = fetched.stdout.trim()
        await setChangesAside(`${folder}.patch`)
        await checkout('v3-ui-overhaul', commit)
        await reapply(`${folder}.patch`)
        const { stdout } = await type(
          bench,
          `cd ${folder}; git rev-parse HEAD; grep -c raised docker-compose.yml; rm ${folder}.patch`,
        )
        equal(stdout, `${commit}\n1\n`)
        return 'kept as a patch, and in the new code again'
      }),
  },
  {
    id: 'E17',
    section: 'Phase 3: Update Code',
    shape: 'plan',
    plan: async (bench) => {
      const { stdout } = await type(bench, 'cat .env | grep DATABASE_URL')
      ok(stdout.includes(password))
      return 'the password stands on the screen'
    },
    ours: async (_, { deployment }) => {
      const { said } = await deployment()
      match(said, /\.env has [1-9]\d* keys/)
      for (const form of [password, decodeURIComponent(password)]) equal(said.includes(form), false)
      return 'the keys are counted; no line of a whole deployment has the password'
    },
  },
  {
    id: 'E27',
    section: 'Phase 5: Build and Deploy',
    shape: 'plan',
    short: true,
    plan: async (bench) => {
      const { code } = await type(bench, 'docker-compose logs -f app', 4)
      equal(code, 124)
      return 'still following after 4 s'
    },
    ours: async ({ found, settings }) => {
      const since = Date.now()
      await waitForApp(found, settings)
      return `ready and healthy, known after ${Date.now() - since} ms`
    },
  },
  {
    id: 'E29',
    section: 'Phase 6: Verification',
    shape: 'plan',
    short: true,
    plan: (bench) =>
      withoutDatabase(bench, async () => {
        const typed = await type(bench, 'curl -I http://localhost:3000/api/health')
        equal(typed.code, 0)
        return `${line(typed, /^HTTP.* 50\d/)}, exit 0`
      }),
    ours: async (bench, { backup }) => {
      const directory = await backup()
      return withoutDatabase(bench, async () => {
        const { code, stderr } = await call(bench.practice, 'deploy/phase6', ['--backup-dir', directory])
        equal(code, 3, stderr)
        match(stderr, /\/api\/health: status 50\d/)
        return 'phase6.ts refuses with 3 and names the status'
      })
    },
  },
  {
    id: 'E30',
    section: 'Phase 6: Verification',
    shape: 'live',
    plan: async (bench) => {
      const typed = await type(bench, 'curl -I http://localhost:3000/api/health')
      equal(typed.code, 7)
      return line(typed, /curl: \(7\)/)
    },
    ours: async ({ found, settings }) => {
      await waitForApp(found, settings)
      const { status } = await visit(settings, settings.HEALTH_PATH)
      equal(status, 200)
      return 'asked on its container’s address and through nginx: 200'
    },
  },
  {
    id: 'E31',
    section: 'Phase 6: Verification',
    shape: 'plan',
    plan: async (bench) => {
      const typed = await type(
        bench,
        `docker-compose run --rm app sh -c 'sha256sum prisma/schema.prisma; npx prisma db pull >/dev/null; echo "exit $?"; sha256sum prisma/schema.prisma'`,
      )
      const [before, code, after] = typed.stdout.trim().split(/\r?\n/)
      equal(code, 'exit 0')
      notEqual(before, after)
      return 'exit 0, and schema.prisma has another content'
    },
    ours: async (_, { deployment }) => {
      const { between } = await deployment()
      equal(between.code['local changes'], 'none')
      return 'after the deployment no file of the code differs from its commit'
    },
  },
  {
    id: 'E33',
    section: 'Performance Checks',
    shape: 'plan',
    short: true,
    plan: (bench) =>
      withoutDatabase(bench, async () => {
        await type(bench, 'curl -s http://localhost:3000/api/health')
        const typed = await type(bench, 'docker-compose logs app | grep ERROR')
        equal(typed.code, 1)
        equal(typed.stdout, '')
        const { stdout } = await type(bench, 'docker-compose logs app | grep Error: | tail -n 1')
        return `nothing found, and the log says: ${stdout.replace(/^.*\| */, '').trim()}`
      }),
    ours: async (bench) => {
      const now = async () => Number((await inside(bench.practice, 'date +%s')).trim())
      const since = (await now()) - 1
      await withoutDatabase(bench, () => type(bench, 'curl -s http://localhost:3000/api/health'))
      const { errors } = await appLog('1001-stories-app', since)
      ok(errors > 0)
      const quiet = await appLog('1001-stories-mail', since)
      equal(quiet.errors, 0)
      return `${errors} errors counted; a quiet log is 0, not a failure`
    },
  },
]
