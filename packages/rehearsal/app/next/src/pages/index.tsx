import { Page } from '../page'

export default function Home() {
  return (
    <Page title="Welcome">
      <p>Read, write and learn with stories by children of the world.</p>
    </Page>
  )
}
