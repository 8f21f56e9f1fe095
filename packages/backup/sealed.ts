import { bash, entries, faults, LISTING, type Manifest, quote, read, readListing } from '@stories/shared'

/**
 * Reads a backup's manifest.
 * @throws Error when it is not what backup.ts wrote
 */
export async function readManifest(directory: string): Promise<Manifest> {
  const text =
    await read`cd ${directory}; cat manifest.json; sha256sum < manifest.json | cmp -s - manifest.sha256 || echo '@@ edited'`.text()
  if (text.endsWith('@@ edited\n')) throw new Error('manifest.json is not what backup.ts wrote')
  return JSON.parse(text)
}

/** What of the manifest does not hold for the files in the directory, every upload among them. */
export async function filesLost(manifest: Manifest, directory: string): Promise<string[]> {
  return faults(manifest, readListing(await read(bash(`cd ${quote(directory)}\n${LISTING}`)).text()))
}

/** The keys of .env that the backup's copy of it lacks. */
export async function keysLost(manifest: Manifest, directory: string): Promise<string[]> {
  const kept = entries((await read`cat ${directory}/.env.backup`.text()).split('\n'))
  return manifest.environment.filter((key) => kept[key] === undefined)
}
