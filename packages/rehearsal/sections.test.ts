import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import { is, ok } from 'uvu/assert'
import { readHeader } from '../shared/flags.ts'
import { findScripts } from '../shared/scripts.ts'
import { ROOT } from '../shared/settings.ts'

// The plan's sections in its own words and order, and the script of each.
const SECTIONS = {
  'Pre-deployment checklist': {
    'Backup Current State': 'backup/backup.ts',
    'Verify Backups': 'backup/verify.ts',
    'Test Database Migration Locally': 'deploy/test-migration.ts',
    'Prepare Migration Scripts': 'deploy/migration-check.ts',
    'Environment Variables Preparation': 'deploy/environment.ts',
  },
  'Deployment process': {
    'Deployment Process': 'deploy/deploy.ts',
    'Phase 1: Preparation': 'deploy/phase1.ts',
    'Phase 2: Stop Services': 'deploy/phase2.ts',
    'Phase 3: Update Code': 'deploy/phase3.ts',
    'Phase 4: Database Migration': 'deploy/phase4.ts',
    'Phase 5: Build and Deploy': 'deploy/phase5.ts',
    'Phase 6: Verification': 'deploy/phase6.ts',
  },
  'Post-deployment verification': {
    'Functional Tests': 'monitor/functional.ts',
    'Database Verification': 'monitor/database.ts',
    'Performance Checks': 'monitor/performance.ts',
  },
  'Rollback procedure': {
    'Immediate Rollback': 'rollback/immediate.ts',
    'Database-Only Rollback': 'rollback/database-only.ts',
  },
  Troubleshooting: {
    'Migration Fails: "Column already exists"': 'rollback/troubleshooting/column-already-exists.ts',
    'Docker Build Fails: "No space left"': 'rollback/troubleshooting/no-space-left.ts',
    'App Won\'t Start: "Port already in use"': 'rollback/troubleshooting/port-already-in-use.ts',
    'Database Connection Refused': 'rollback/troubleshooting/database-connection-refused.ts',
    'Nginx 502 Bad Gateway': 'rollback/troubleshooting/bad-gateway.ts',
  },
  'Monitoring post-deployment': { 'First 24 Hours': 'monitor/first-24-hours.ts' },
  'Emergency contacts': { 'Emergency Contacts': 'rollback/emergency.ts' },
  'Success criteria': { 'Success Criteria': 'monitor/success-criteria.ts' },
}

for (const [part, sections] of Object.entries(SECTIONS))
  for (const [title, file] of Object.entries(sections))
    test(`${part}: ${title} is ${file}`, () => {
      const path = join(ROOT, 'packages', file)
      ok(existsSync(path), `there is no packages/${file}`)
      is(readHeader(path).title.replace(/ \(.*\)$/, ''), title)
    })

test('scripts that the plan has no section for are few, and known', () => {
  const known = [
    ...Object.values(SECTIONS).flatMap((sections) => Object.values(sections)),
    'backup/fetch.ts',
    'backup/prune.ts',
    'deploy/prepare.ts',
    'deploy/report.ts',
    'deploy/status.ts',
    'deploy/without-window.ts',
  ]
  for (const { file } of findScripts(ROOT)) ok(known.includes(file.replace('packages/', '')), file)
})

test.run()
