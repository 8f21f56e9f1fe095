import { type Found, read, type Settings, server } from '@stories/shared'

/**
 * Keeps .env, the compose configuration and nginx's, as they are really in use; of nginx all that lies outside the
 * project: its configuration and the certificates that it names, or what its container has mounted.
 */
export async function copyEnvironment(found: Found, settings: Settings, directory: string): Promise<void> {
  const { nginx, compose } = found
  await server`sudo cat .env > ${directory}/.env.backup; ${compose} config > ${directory}/compose-config.yml
    sudo cat ${nginx.conf} > ${directory}/nginx.conf`
  const outside = [nginx.conf, ...(nginx.container?.mounts ?? []).map(({ Source }) => Source)].filter(
    (path) => !path.startsWith(`${settings.PROJECT_DIR}/`),
  )
  const named =
    nginx.kind === 'host'
      ? await read`sudo sed -nE 's/^[[:space:]]*ssl_(certificate|certificate_key|dhparam|trusted_certificate)[[:space:]]+"?([^";]+)"?;.*/\\2/p' ${nginx.conf} | sort -u | while read -r file; do ! sudo test -e "$file" || echo "$file"; done`.text()
      : ''
  const files = [...outside, ...named.split('\n')].filter(Boolean).map((path) => path.replace(/^\//, ''))
  // Links are followed: certbot's live/ holds nothing else.
  if (files.length > 0) await server`sudo tar -chf - -C / ${files} > ${directory}/nginx_files.tar`
}
