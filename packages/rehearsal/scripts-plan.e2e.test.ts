// Each script alone, with its effect, on a server of the plan's shape.
import { sectionBySection } from './section-by-section.ts'

await sectionBySection('plan')
