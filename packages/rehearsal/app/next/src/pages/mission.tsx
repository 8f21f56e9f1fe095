import { Page } from '../page'

export default function Mission() {
  return (
    <Page title="Our mission">
      <p>Every child's story deserves a reader, and every reader a story in a language of their own.</p>
    </Page>
  )
}
