// The troubleshooting recipes and the watch on a server of the live shape.
import { troubleshooting } from './troubleshooting.ts'

await troubleshooting('live')
