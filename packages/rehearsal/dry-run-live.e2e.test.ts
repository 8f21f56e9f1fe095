// Every script with --dry-run on a server of the live site's shape.
import { dryRuns } from './dry-run.ts'

await dryRuns('live')
