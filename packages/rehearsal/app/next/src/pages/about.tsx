import { Page } from '../page'

export default function About() {
  return (
    <Page title="About us">
      <p>Children write, volunteers translate and draw, schools read.</p>
    </Page>
  )
}
