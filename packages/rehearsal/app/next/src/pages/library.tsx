import { useState } from 'react'
import { Page } from '../page'

const LANGUAGES = ['English', 'French', 'Kiswahili', 'Spanish', 'Tamil']

export default function Library() {
  const [language, choose] = useState(LANGUAGES[0])
  return (
    <Page title="Library">
      <label>
        Stories in{' '}
        <select value={language} onChange={(event) => choose(event.target.value)}>
          {LANGUAGES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <p>The newest ones in {language} come first.</p>
    </Page>
  )
}
