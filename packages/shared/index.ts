// What the scripts share. Only this package knows ssh, flags, clocks and files of ours.
export { ProcessOutput } from 'zx/core'
export { imageName, lastLog, nameAsBefore, startApp, stopApp, waitForApp } from './app.ts'
export { asking, confirm, consent, precondition } from './ask.ts'
export { BESIDE, type Beside, besideOf, keepBeside, removeBeside, startBeside, tryPages } from './beside.ts'
export { type Check, checklist, chosen, failures, type Look, readChecks } from './checklist.ts'
export {
  checkout,
  handConfToGit,
  isAt,
  keepEnv,
  localChanges,
  missingUploads,
  putEnvBack,
  reapply,
  restoreUploads,
  setChangesAside,
  takeConfBack,
} from './code.ts'
export { changesIn, copyOut, putBack, writtenInside } from './container-files.ts'
export { type Copy, copyFaults, findCopies, readCopy } from './copies.ts'
export {
  copying,
  countRows,
  dropCopy,
  liftFences,
  markInPlace,
  type Names,
  namesOf,
  standingOf,
  swapDatabases,
} from './databases.ts'
export { drain, switchConf, workersOf } from './drain.ts'
export { decryptInto, encryptFolder, encryption, opensTo } from './encryption.ts'
export { EXIT, misuse, refuse, Stop } from './exit.ts'
export {
  CATALOG_SQL,
  differences,
  FINGERPRINT_SQL,
  type Fingerprint,
  readFingerprint,
} from './fingerprint.ts'
export { type Container, describe, entries, type Found } from './found.ts'
export { sha256 } from './hash.ts'
export { imageOf, migratorOf, prismaVersion } from './image.ts'
export { listSnapshots, noSnapshot, takeSnapshot } from './lightsail.ts'
export { lock, unlock, who } from './lock.ts'
export {
  bold,
  bytes,
  detail,
  dim,
  duration,
  event,
  green,
  print,
  progress,
  red,
  say,
  table,
  voice,
  warn,
  yellow,
} from './log.ts'
export { BYPASS_HEADER, closeSite, isClosed, newToken, openSite } from './maintenance.ts'
export { ARTEFACTS, faults, LISTING, type Manifest, readListing } from './manifest.ts'
export {
  compareHistory,
  type History,
  MIGRATING_NEXT,
  type Migration,
  migrationsIn,
  migrators,
  type Remembered,
  remembered,
  troubleOf,
} from './migrations.ts'
export { givenUp, type Models, readModels, tablesOf } from './models.ts'
export { applyConf, readConf, reloadNginx } from './nginx.ts'
export { readNumber } from './numbers.ts'
export { lookAround, type Opened, open } from './open.ts'
export { quote } from './quote.ts'
export { keepSecret, keepSecretsOf, redact, SECRET_KEY } from './redact.ts'
export { keepCommand, pinCommand, readMarks } from './release.ts'
export { type ReleaseFiles, readRelease } from './release-files.ts'
export { rsync, rsyncWords } from './rsync.ts'
export {
  fingerprintOf,
  removeContainer,
  removeScratch,
  restoreInto,
  type Scratch,
  settle,
  startScratch,
} from './scratch.ts'
export { type Ready, readyScript, runScript, scriptFile } from './script.ts'
export { bash, channel, read, server, workIn } from './server.ts'
export { expand, loadSettings, ROOT, SETTINGS, type SettingName, type Settings } from './settings.ts'
export { execute, identifier, literal, query, value } from './sql.ts'
export { stopBehindStandIn } from './stand-in.ts'
export { cause, record, run, step } from './step.ts'
export { until } from './until.ts'
export { leadBack, leadBeside, leadsBeside, placesOf } from './upstream.ts'
export { type Answer, certificateEnd, type Visit, visit } from './visit.ts'
export {
  type Kind,
  type Seen,
  type Sight,
  sightOf,
  type Totals,
  totals,
  watchAsVisitor,
  windowOf,
} from './visitors.ts'
