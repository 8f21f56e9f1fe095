import { refuse } from './exit.ts'
import { read } from './server.ts'

/** What later scripts need of a release directory: a part of manifest.json and the small files beside it. */
export interface ReleaseFiles {
  manifest: {
    release: string
    taken: string
    database: { name: string; user: string; oid: string; bytes: number }
    code: { commit: string; branch: string; dirty: string[] }
    app: { image: string; imageId: string; keptAs: string }
    uploads: { path: string; folder: string; files: number; bytes: number }[]
  }
  /** The commit that is or was deployed; empty before prepare.ts. */
  target: string
  /** The one-time word that lets the operator through the maintenance page; empty before phase 1. */
  token: string
  /** proof.json as text; empty before test-migration.ts. */
  proof: string
}

/** Reads them in one round trip. */
export async function readRelease(directory: string): Promise<ReleaseFiles> {
  const answer =
    await read`cd ${directory}; for file in manifest.json target_commit.txt bypass-token proof.json; do cat "$file" 2>/dev/null || true; printf '\n@@\n'; done`.text()
  const [manifest = '', target = '', token = '', proof = ''] = answer
    .split('\n@@\n')
    .map((part) => part.trim())
  if (!manifest) refuse(`${directory} has no manifest.json`, 'take a backup: tsx packages/backup/backup.ts')
  return { manifest: JSON.parse(manifest), target, token, proof }
}
