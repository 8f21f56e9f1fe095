/** The name of the image that is built from a commit. */
export const imageOf = (commit: string) => `1001-stories-app:${commit.slice(0, 12)}`

/** The name of the image that has a commit's own Prisma CLI. */
export const migratorOf = (commit: string) => `1001-stories-migrator:${commit.slice(0, 12)}`

/** The Prisma version that a lock file pins; empty when it pins none. */
export function prismaVersion(lockFile: string): string {
  const packages =
    (JSON.parse(lockFile) as { packages?: Record<string, { version?: string }> }).packages ?? {}
  return packages['node_modules/prisma']?.version ?? packages['node_modules/@prisma/client']?.version ?? ''
}
