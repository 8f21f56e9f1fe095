import { basename } from 'node:path/posix'
import { bash, keepCommand, type Manifest, server } from '@stories/shared'

/** What a verification proved, as verified.json keeps it. */
export interface Receipt {
  release: string
  database: string
  tables: number
  rows: number
  files: number
  uploads: number
  verified: string
}

/** The receipt for a backup that held. */
export const receiptFor = (manifest: Manifest, compared: { tables: number; rows: number }): Receipt => ({
  release: manifest.release,
  database: manifest.database.name,
  tables: compared.tables,
  rows: compared.rows,
  files: Object.keys(manifest.files).length,
  uploads: manifest.uploads.reduce((sum, { files }) => sum + files, 0),
  verified: new Date().toISOString(),
})

/** Keeps the receipt in the backup and lets `current` point at it; an older backup that is verified again is no newer for that. */
export async function makeCurrent(receipt: Receipt, directory: string, current: string): Promise<void> {
  const text = `${JSON.stringify(receipt, null, 2)}\n`
  await server({ input: text })(bash(keepCommand(`${directory}/verified.json`)))
  if (receipt.release >= basename(current))
    await server`cd ${directory}/..; ln -sfn ${receipt.release} .current.new; mv -T .current.new current; sync .`
}
