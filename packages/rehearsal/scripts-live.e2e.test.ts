// Each script alone, with its effect, on a server of the live site's shape.
import { sectionBySection } from './section-by-section.ts'

await sectionBySection('live')
