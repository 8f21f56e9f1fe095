import { ARTEFACTS, bytes, duration, namesOf } from '@stories/shared'
import type { ReportData } from './data.ts'
import { type Step, sectionOf } from './journal.ts'
import { html, type Markup } from './markup.ts'
import { type Checked, checksOf } from './outcome.ts'
import { countStatements } from './statements.ts'
import { clock, count } from './words.ts'

/** A table; a column of numbers stands to the right. */
function table(head: string[], rows: (Markup | string | number)[][]): Markup {
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  )
  const cells = (row: (Markup | string | number)[]) =>
    row.map((cell, column) =>
      numeric[column] ? html`<td class="number">${count(cell as number)}</td>` : html`<td>${cell}</td>`,
    )
  return html`<div class="wide"><table><thead><tr>${head.map((name, column) => html`<th${numeric[column] && html` class="number"`}>${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table></div>`
}

const RECIPES = {
  deploy: 'prisma migrate deploy',
  diff: 'the reviewed difference, then migrate resolve',
}

/** What the migration does, as it was proven on a copy: how, how long, what goes with it, and the SQL itself. */
export function migration({ proof, sql, manifest, release }: ReportData): Markup {
  if (!proof) return html`<p>No migration was tested on a copy.</p>`
  const statements = countStatements(sql)
  const losses = proof.losses.map(({ what, name, rows }) => [what, html`<code>${name}</code>`, rows])
  return html`<p>Proven on a copy of the backup in ${duration(proof.ms)}, by <code>${RECIPES[proof.recipe]}</code>: ${
    proof.migrations.length > 0
      ? proof.migrations.map((name, index) => html`${index > 0 && ', '}<code>${name}</code>`)
      : 'no migration of its own'
  }. ${
    losses.length > 0
      ? html`What it removes stays in the backup and in the old database, which is <code>${namesOf(manifest.database.name, release).before}</code> while the new one is live.`
      : 'It removes nothing.'
  }</p>
<div class="two"><div>${losses.length > 0 && table(['Removes', 'Name', 'Rows'], losses)}</div>
<div>${
    statements.length > 0 &&
    table(
      ['Statement', 'Times'],
      statements.map(([kind, times]) => [html`<code>${kind}</code>`, times]),
    )
  }</div></div>
${sql.trim() !== '' && html`<details><summary>migration.sql, ${count(sql.trimEnd().split('\n').length)} lines</summary><pre>${sql.slice(0, 100_000)}${sql.length > 100_000 && '\n…'}</pre></details>`}`
}

const NAMES: Record<string, string> = {
  'database_backup.sql': 'Database',
  'postgres_volume.tar.gz': 'Database volume',
  'code_backup.tar.gz': 'Code',
  '.env.backup': 'Environment file',
  'current_commit.txt': 'Commit',
}

/** The backup that the deployment stands on. */
export function backup({ manifest, verified }: ReportData): Markup {
  const artefacts = ARTEFACTS.flatMap((file) => {
    const found = manifest.files[file]
    return found ? [[NAMES[file] ?? file, html`<code>${file}</code>`, bytes(found.bytes)]] : []
  })
  const uploads = manifest.uploads.map(({ path, folder, files, bytes: size }) => [
    `Uploads, ${count(files)} files`,
    html`<code>${folder}/</code> of <code>${path}</code>`,
    bytes(size),
  ])
  return html`${table(['What', 'Where', 'Size'], [...artefacts, ...uploads])}
<p class="soft">${
    verified
      ? `Restored beside production and compared at ${clock(Date.parse(verified.verified))}: ${count(verified.tables)} tables, ${count(verified.rows)} rows, all as they were.`
      : 'It was not verified.'
  }</p>`
}

/** What was looked at before and after, by the sections that looked. */
export function checks({ journal }: ReportData): Markup | undefined {
  const sections = new Map<string, Checked[]>()
  for (const check of checksOf(journal))
    sections.set(check.section, [...(sections.get(check.section) ?? []), check])
  const parts = [...sections].map(([section, all]) => {
    const good = all.filter(({ ok }) => ok).length
    const rows = all.map(
      ({ title, ok, says }) =>
        html`<tr><td class="${ok ? 'ok' : 'bad'}-word">${ok ? 'ok' : 'failed'}</td><td>${title}</td><td>${says}</td></tr>`,
    )
    return html`<tr class="part"><th colspan="3">${section}: ${good} of ${all.length} ok</th></tr>${rows}`
  })
  return parts.length > 0 ? html`<div class="wide"><table><tbody>${parts}</tbody></table></div>` : undefined
}

/** What it ran on. */
export function versions({ manifest, prisma, target, branch }: ReportData): Markup {
  const { tools, database, code, app, server } = manifest
  const rows: [string, Markup | string][] = [
    ['Before', html`${code.branch} at <code>${code.commit.slice(0, 10)}</code>`],
    ['Deployed', target ? html`${branch} at <code>${target.slice(0, 10)}</code>` : 'nothing was prepared'],
    ['PostgreSQL', /^PostgreSQL (\S+)/.exec(database.version)?.[1] ?? database.version],
    ['Prisma', prisma],
    ['Docker', tools['docker'] ?? ''],
    [server.compose, tools['compose'] ?? ''],
    ['nginx', server.nginx === 'host' ? 'on the host' : 'in a container'],
    ['Old image', html`<code>${app.keptAs}</code>`],
    ['Database', `${database.name}, ${bytes(database.bytes)}`],
  ]
  return table(
    ['', ''],
    rows.filter(([, value]) => value !== ''),
  )
}

/** Every step with its times, for whoever wants to know exactly. */
export function stepTable(steps: Step[]): Markup {
  const rows = steps
    .filter(({ script }) => script !== 'deploy')
    .map(({ script, title, from, to, state, why }) => [
      clock(from),
      sectionOf(script),
      title,
      duration(to - from),
      html`${state === 'done' || state === 'already' ? state : html`<span class="bad-word">${state}</span>`}${why && `: ${why}`}`,
    ])
  return html`<details class="steps"><summary>All ${rows.length} steps as a table</summary>${table(['Began', 'Section', 'Step', 'Took', 'Ended'], rows)}</details>`
}
