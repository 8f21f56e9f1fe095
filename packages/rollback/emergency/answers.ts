import { type Manifest, refuse, run, type Settings, say, visit } from '@stories/shared'
import { uploadsLost } from './rebuild.ts'

/**
 * Makes sure that visitors get the site, its database health among it, and that every upload is as it was.
 * @throws Stop (exit 3) with what is not so
 */
export async function checkSite(settings: Settings, manifest: Manifest): Promise<void> {
  if (run.dryRun) return
  const lost = await uploadsLost(manifest)
  if (lost.length > 0) refuse(`Uploads that are not as in the backup:\n${lost.slice(0, 20).join('\n')}`)
  for (const path of ['/', settings.DATABASE_HEALTH_PATH]) {
    const { status, error } = await visit(settings, path)
    if (status !== 200)
      refuse(
        `${settings.PUBLIC_URL}${path} answers ${error ?? status}`,
        'if it asked the old machine, set PUBLIC_ADDRESS to the new one, such as 203.0.113.10:443',
      )
  }
  say(`  ${manifest.uploads.reduce((sum, { files }) => sum + files, 0)} uploads, each as it was`)
}
