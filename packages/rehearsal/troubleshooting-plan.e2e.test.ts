// The troubleshooting recipes and the watch on a server of the plan's shape.
import { troubleshooting } from './troubleshooting.ts'

await troubleshooting('plan')
