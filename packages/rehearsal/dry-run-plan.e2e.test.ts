// Every script with --dry-run on a server of the plan's shape.
import { dryRuns } from './dry-run.ts'

await dryRuns('plan')
