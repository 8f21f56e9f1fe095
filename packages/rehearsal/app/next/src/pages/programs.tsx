import { Page } from '../page'

const PROGRAMS = [
  { name: 'Writing workshops', about: 'Six weeks in a school, a printed book at the end.' },
  { name: 'Reading partners', about: 'Two classes in two countries read the same story.' },
  { name: 'Teacher training', about: 'How to begin with nothing but paper.' },
]

export default function Programs() {
  return (
    <Page title="Programs">
      <ul className="cards">
        {PROGRAMS.map(({ name, about }) => (
          <li key={name}>
            <h2>{name}</h2>
            <p>{about}</p>
          </li>
        ))}
      </ul>
    </Page>
  )
}
