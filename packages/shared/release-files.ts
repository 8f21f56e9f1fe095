import { refuse } from './exit.ts'
import { quote } from './quote.ts'
import { bash, read } from './server.ts'

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

/** A bash text that asks for them; {@link filesOf} reads its answer. */
export const askFiles = (directory: string) =>
  `(cd ${quote(directory)} 2>/dev/null || exit 0; for file in manifest.json target_commit.txt bypass-token proof.json; do cat "$file" 2>/dev/null || true; printf '\n@@\n'; done)`

/** Reads them in one round trip. */
export const readRelease = async (directory: string): Promise<ReleaseFiles> =>
  filesOf(await read(bash(askFiles(directory))).text(), directory)

/**
 * The files in an answer to {@link askFiles}.
 * @throws Stop (exit 3) when it is no backup's directory
 */
export function filesOf(answer: string, directory: string): ReleaseFiles {
  const [manifest = '', target = '', token = '', proof = ''] = answer
    .split(/\n@@(?:\n|$)/)
    .map((part) => part.trim())
  if (!manifest) refuse(`${directory} has no manifest.json`, 'take a backup: tsx packages/backup/backup.ts')
  return { manifest: JSON.parse(manifest), target, token, proof }
}
