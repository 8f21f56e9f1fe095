import type { Found } from './found.ts'
import { quote } from './quote.ts'
import { bash, read, server } from './server.ts'
import { dismissStandIn, wakeNginx } from './stand-in.ts'

/** The hard link that holds on to the inode of a configuration which a container has mounted, while git replaces the file. */
export const HELD = '.git/stories-nginx-conf'

/** nginx's configuration as it stands on the server. */
export const readConf = (found: Found) => read`sudo cat ${found.nginx.conf}`.text()

/** The bash words that run nginx itself: on the host or in its container. */
const nginx = ({ nginx: { container } }: Found) =>
  container ? `docker exec ${quote(container.name)} nginx` : 'sudo nginx'

/**
 * A bash text that defines `test_conf`: `nginx -t`, also while the app is down. nginx in a container resolves the app by
 * name when it reads its configuration, and a stopped container has no name: for the test it gets one that leads nowhere.
 */
function tester(found: Found): string {
  const { container } = found.nginx
  if (!container) return 'test_conf() { sudo nginx -t 2>&1; }'
  const inside = `docker exec ${quote(container.name)}`
  return `test_conf() {
  local said name
  said=$(${inside} nginx -t 2>&1) && return 0
  name=$(printf '%s' "$said" | sed -n 's/.*host not found in upstream "\\([^":]*\\).*/\\1/p')
  if [ -n "$name" ]; then ${inside} sh -c "echo '127.0.0.1 $name # 1001-stories' >> /etc/hosts"; said=$(${inside} nginx -t 2>&1) && return 0; fi
  printf '%s\\n' "$said"; return 1
}`
}

/**
 * Writes the configuration in place (the same inode: a file mounted singly into a container stays the mounted one),
 * tests it and reloads nginx. When the test fails the old bytes are back and nothing was reloaded.
 */
export async function applyConf(found: Found, conf: string): Promise<void> {
  await wakeNginx(found, HELD)
  const path = quote(found.nginx.conf)
  await server({ input: conf })(
    bash(`${tester(found)}
old=$(mktemp); new=$(mktemp); trap 'rm -f "$old" "$new"' EXIT
cat > "$new"; sudo cat ${path} > "$old"
if ! cmp -s "$old" "$new"; then sudo tee ${path} < "$new" > /dev/null; fi
if ! test_conf >&2; then sudo tee ${path} < "$old" > /dev/null; echo 'nginx refuses the configuration: the old one is back' >&2; exit 1; fi
${nginx(found)} -s reload 2>/dev/null`),
  )
}

/** Reloads nginx, so that it looks up the app's address again (E28), and forgets who bore the app's name meanwhile. */
export async function reloadNginx(found: Found): Promise<void> {
  const { container } = found.nginx
  await wakeNginx(found, HELD)
  await dismissStandIn(found)
  const forget = container
    ? `docker exec ${quote(container.name)} sh -c 'grep -v "# 1001-stories$" /etc/hosts > /tmp/hosts && cat /tmp/hosts > /etc/hosts'`
    : ':'
  await server(
    bash(
      `${forget}\n${nginx(found)} -t >/dev/null 2>&1 || { ${nginx(found)} -t; exit 1; }\n${nginx(found)} -s reload 2>/dev/null`,
    ),
  )
}
