// What the two kinds of server answer: the plan's and the live one, for the tests.
import type { Inspected } from './found.ts'

/** What a container of these answers differs in; the rest is as Docker fills it in. */
interface Part {
  service: string
  name: string
  image: string
  address: string
  environment?: string[]
  mounts?: Inspected['Mounts']
  ports?: Inspected['HostConfig']['PortBindings']
  labels?: Record<string, string>
  stopped?: true
}

/** One container as `docker inspect` shows it. */
export function inspected(version: string, part: Part): Inspected {
  const id = Buffer.from(part.name.padEnd(32, '.')).toString('hex')
  return {
    Id: id,
    Name: `/${part.name}`,
    Image: `sha256:${id}`,
    Created: '2025-09-05T04:30:00.000000000Z',
    RestartCount: 0,
    State: {
      Status: part.stopped ? 'exited' : 'running',
      Running: !part.stopped,
      ExitCode: 0,
      StartedAt: '2025-09-05T04:30:01.000000000Z',
      Pid: part.stopped ? 0 : 4711,
    },
    Config: {
      Image: part.image,
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', ...(part.environment ?? [])],
      Labels: {
        'com.docker.compose.project': '1001project',
        'com.docker.compose.project.working_dir': '/home/ubuntu/1001project',
        'com.docker.compose.service': part.service,
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.version': version,
        ...part.labels,
      },
      User: '',
      WorkingDir: '/app',
    },
    HostConfig: { PortBindings: part.ports ?? {} },
    Mounts: part.mounts ?? [],
    NetworkSettings: { Networks: { '1001project_default': { IPAddress: part.stopped ? '' : part.address } } },
  }
}

const bind = (source: string, target: string): Inspected['Mounts'][number] => ({
  Type: 'bind',
  Source: `/home/ubuntu/1001project/${source}`,
  Destination: target,
  RW: true,
})
const data: Inspected['Mounts'][number] = {
  Type: 'volume',
  Name: '1001project_postgres_data',
  Source: '/var/lib/docker/volumes/1001project_postgres_data/_data',
  Destination: '/var/lib/postgresql/data',
  RW: true,
}

/** The plan's server: host nginx, service db, role postgres, port 3000 published, docker-compose 1.29. */
export const PLAN = [
  inspected('1.29.2', {
    service: 'app',
    name: '1001-stories-app',
    image: '1001project_app',
    address: '172.18.0.4',
    environment: [
      'DATABASE_URL=postgresql://postgres:Pl%40n%2Fpass@db:5432/stories_db',
      'NEXTAUTH_SECRET=rehearse me = often',
    ],
    mounts: [
      bind('public/books', '/app/public/books'),
      bind('public/books-upload', '/app/public/books-upload'),
    ],
    ports: { '3000/tcp': [{ HostIp: '', HostPort: '3000' }] },
  }),
  inspected('1.29.2', {
    service: 'db',
    name: '1001-stories-db',
    image: 'postgres:15',
    address: '172.18.0.3',
    environment: [
      'POSTGRES_USER=postgres',
      'POSTGRES_PASSWORD=Pl@n/pass',
      'POSTGRES_DB=stories_db',
      'PGDATA=/var/lib/postgresql/data',
    ],
    mounts: [data],
  }),
]

/** The live server: nginx in a container, service postgres, role stories_user, the app only exposed, Compose v2. */
export const LIVE = [
  inspected('2.26.1', {
    service: 'nginx',
    name: '1001-stories-nginx',
    image: 'nginx:stable',
    address: '172.18.0.5',
    mounts: [bind('nginx/nginx.conf', '/etc/nginx/nginx.conf'), bind('certs', '/etc/nginx/certs')],
    ports: { '80/tcp': [{ HostIp: '', HostPort: '80' }], '443/tcp': [{ HostIp: '', HostPort: '443' }] },
  }),
  inspected('2.26.1', {
    service: 'app',
    name: '1001-stories-app',
    image: '1001project-app',
    address: '172.18.0.4',
    environment: ['DATABASE_URL=postgresql://stories_user:livepass@postgres:5432/stories_db?schema=public'],
    mounts: [bind('uploads', '/app/uploads'), bind('prisma', '/app/prisma')],
  }),
  inspected('2.26.1', {
    service: 'postgres',
    name: '1001-stories-db',
    image: 'postgres:15',
    address: '172.18.0.3',
    environment: [
      'POSTGRES_USER=stories_user',
      'POSTGRES_PASSWORD=livepass',
      'POSTGRES_DB=stories_db',
      'PGDATA=/var/lib/postgresql/data/pgdata',
    ],
    mounts: [data],
  }),
]

/** The parts of an answer besides the containers. */
const PARTS = {
  docker: '20.10.24+dfsg1',
  compose1: '1.29.2',
  compose2: '',
  folder: '/home/ubuntu/1001project',
  head: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  branch: 'feature/role-system-v2',
  dirty: '',
  env: 'EMAIL_SERVER_PASSWORD="app password; with spaces"',
  sites: '',
  proxying: '',
}

/** The answer as it comes over the wire. */
export function answer(containers: Inspected[], parts: Partial<typeof PARTS> = {}): string {
  const all = { ...PARTS, ...parts, containers: JSON.stringify(containers, null, 4), end: '' }
  return Object.entries(all)
    .map(([name, text]) => `\n@@${name}\n${text === '' ? '' : `${text}\n`}`)
    .join('')
}
