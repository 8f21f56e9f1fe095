// What every script keeps to, so that a reader who knows one knows them all.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'uvu'
import { equal, ok } from 'uvu/assert'
import { findScripts, PACKAGES, sources } from '../shared/scripts.ts'
import { ROOT } from '../shared/settings.ts'

const scripts = findScripts(ROOT)
const files = PACKAGES.flatMap((name) => sources(ROOT, name))
  .filter((file) => !file.includes('/corpus/'))
  .map((file) => ({ file, source: readFileSync(join(ROOT, file), 'utf8') }))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
/** Every text file of the repository, also one that is not committed yet. */
const texts = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))

/** The commands of a source: what stands in the templates that go to the server. */
const commands = (source: string) =>
  [...source.matchAll(/\b(?:server|read)(?:\((?:[^()`]|\([^()`]*\))*\))?`((?:[^`\\]|\\[\s\S])*)`/g)].map(
    ([, command]) => command ?? '',
  )

test('there are scripts', () => {
  ok(scripts.length > 0)
})

test('no script is longer than 90 lines', () => {
  const long = scripts.map(({ file, source }) => [file, source.trimEnd().split('\n').length] as const)
  equal(
    long.filter(([, lines]) => lines > 90),
    [],
  )
})

test('a header tells what comes before and after, what to do if it fails, and how to call it', () => {
  const parts = ['Before', 'After', 'If it fails']
  const missing = scripts.flatMap(({ file, header }) => [
    ...parts.filter((part) => !header[part]).map((part) => `${file}: ${part}`),
    ...(header.text.includes(`Usage: tsx ${file}`) ? [] : [`${file}: Usage: tsx ${file}`]),
  ])
  equal(missing, [])
})

test('every script opens the same way, so that it has --help and the common flags', () => {
  equal(
    scripts.filter(({ source }) => !/\bopen\(import\.meta\.url/.test(source)).map(({ file }) => file),
    [],
  )
})

test('the flags that a header names are there, and those that are there are named', () => {
  const common = ['help', 'dry-run', 'yes', 'json', 'verbose', 'from', 'backup-dir', 'settings', 'consent']
  const wrong = scripts.flatMap(({ file, header, source }) => {
    const named = [...header.text.matchAll(/(?<![\w-])--([a-z][\w-]*)/g)].map(([, flag]) => flag!)
    const declared = [...source.matchAll(/['"]?([\w-]+)['"]?: \{ type: '(?:string|boolean)'/g)].map(
      ([, flag]) => flag!,
    )
    return [
      ...named
        .filter((flag) => !common.includes(flag) && !declared.includes(flag))
        .map((flag) => `${file}: --${flag} is not there`),
      ...declared
        .filter((flag) => !named.includes(flag))
        .map((flag) => `${file}: --${flag} is not in the header`),
    ]
  })
  equal(wrong, [])
})

test('backup, deploy, monitor and rollback import their own folder, what is shared, and libraries', () => {
  const wrong = files.flatMap(({ file, source }) => {
    const home = file.split('/').slice(0, 2).join('/')
    const { dependencies = {} } = JSON.parse(read(`${home}/package.json`)) as { dependencies?: object }
    return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)]
      .map(([, target]) => target!)
      .filter((target) =>
        target.startsWith('.')
          ? !normalize(join(dirname(file), target)).startsWith(`${home}/`)
          : !target.startsWith('node:') && !(target in dependencies),
      )
      .map((target) => `${file} imports ${target}`)
  })
  equal(wrong, [])
})

test('no script imports another script', () => {
  const names = scripts.map(({ file }) => file)
  const wrong = files.flatMap(({ file, source }) =>
    [...source.matchAll(/from '(\.[^']+)'/g)]
      .map(([, target]) => normalize(join(dirname(file), target!)))
      .filter((target) => names.includes(target))
      .map((target) => `${file} imports ${target}`),
  )
  equal(wrong, [])
})

test('only what is shared starts processes: nothing else builds a command line by hand', () => {
  const builders = /child_process|\bexecSync\b|from 'zx|StrictHostKeyChecking/
  equal(
    files.filter(({ source }) => builders.test(source)).map(({ file }) => file),
    [],
  )
})

test('values stand bare in a command: quoted once by the template, never again inside quotes', () => {
  const wrong = files.flatMap(({ file, source }) =>
    commands(source)
      .filter((command) => /(?<!\\)(['"])\$\{[^}]*\}\1/.test(command))
      .map((command) => `${file}: ${command}`),
  )
  equal(wrong, [])
})

test('no command waits blindly, follows a log, or pastes a file into itself', () => {
  const habits = /(?<!")\$\(cat |(^|[;&|]\s*)sleep \d|\blogs\b[^|;]* -f\b|\beval\b/
  const wrong = files.flatMap(({ file, source }) =>
    commands(source)
      .filter((command) => habits.test(command))
      .map((command) => `${file}: ${command}`),
  )
  equal(wrong, [])
})

test("the plan's address stands in .env.example and nowhere else", () => {
  const address = [3, 128, 143, 122].join('.')
  equal(
    texts.filter((path) => read(path).includes(address)),
    ['.env.example'],
  )
})

test('a script that a message, a comment or a page names is there', () => {
  const wrong = texts
    .filter((path) => /\.(ts|md|json)$/.test(path))
    .flatMap((path) =>
      [...read(path).matchAll(/\bpackages\/(?:backup|deploy|monitor|rollback)\/[\w/-]+\.ts\b/g)]
        .filter(([named]) => !existsSync(join(ROOT, named)))
        .map(([named]) => `${path} names ${named}`),
    )
  equal([...new Set(wrong)], [])
})

test("README's table has every script", () => {
  const rows = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n')
  equal(
    scripts.map(({ file }) => file).filter((file) => !rows.includes(file)),
    [],
  )
})

// ---- what differs from the plan ---------------------------------------------------------------------------------

const ERRATA = Array.from({ length: 43 }, (_, index) => `E${index + 1}`)

test('docs/differences.md has every difference from the plan, once and in order', () => {
  equal(
    [...read('docs/differences.md').matchAll(/^\| (E\d+) \|/gm)].map(([, number]) => number),
    ERRATA,
  )
})

test('docs/differences.md names scripts and steps that are there', () => {
  const named = [...read('docs/differences.md').matchAll(/(?<![\w.-])([\w-]+)\.ts( \d[-, \d]*)?(?=[,; |])/g)]
  const wrong = named.flatMap(([, name, numbers = '']) => {
    const script = scripts.find(({ file }) => file.endsWith(`/${name}.ts`))
    if (!script) return existsSync(join(ROOT, `packages/${name}.ts`)) ? [] : [`${name}.ts`]
    const [first, ...more] = numbers.match(/\d/g) ?? []
    return [first, ...more]
      .filter((number) => number && !new RegExp(`['\`]${number}\\. `).test(script.source))
      .map((number) => `${name}.ts ${number}`)
  })
  equal([...new Set(wrong)], [])
})

test('a comment cites no difference that the page does not have', () => {
  const cited = texts
    .filter((path) => /^packages\/.*\.ts$/.test(path))
    .flatMap((path) => [...read(path).matchAll(/\bE\d{1,2}\b/g)].map(([number]) => `${path}: ${number}`))
  equal(
    cited.filter((cite) => !ERRATA.includes(cite.split(': ')[1]!)),
    [],
  )
})

test.run()
