import { call } from '../../operator.ts'
import { daemon, inside, type Practice, reboot } from '../../practice.ts'
import type { Kind } from './cases.ts'

/** A way to do harm, and what gives the server back to the operator afterwards. */
export interface Fault {
  /** Before the operation begins. */
  before?: (practice: Practice) => Promise<unknown>
  /**
   * At the chosen moment. Gives what went wrong when the fault itself can tell.
   * @param group the operator's process group on this machine
   * @param ended whether the operation has come to its end
   */
  strike: (practice: Practice, group: number, ended: () => boolean) => Promise<string | undefined>
  /** Once the operation has ended. */
  after?: (practice: Practice) => Promise<unknown>
}

const BACKUPS = '/home/ubuntu/backups'

function signal(group: number, name: NodeJS.Signals): undefined {
  try {
    process.kill(-group, name)
  } catch {
    // It had ended by itself.
  }
}

export const faults: Record<Kind, Fault> = {
  kill: { strike: async (_, group) => signal(group, 'SIGKILL') },
  interrupt: { strike: async (_, group) => signal(group, 'SIGINT') },
  // The server's end of every connection of ours dies; what ran on it does not get to know.
  'connection cut': {
    strike: async (practice) => {
      await inside(
        practice,
        `for pid in /proc/[0-9]*; do grep -qaE '^sshd(-session)?: ubuntu' "$pid/cmdline" 2>/dev/null && kill -9 "\${pid#/proc/}"; done || true`,
      )
      return undefined
    },
  },
  // Nothing is closed and nothing comes through, for longer than the lock waits for a beat.
  'packets dropped': {
    strike: async (practice) => {
      await inside(practice, 'iptables -I INPUT -p tcp --dport 22 -j DROP; sleep 16')
      return undefined
    },
    after: (practice) => inside(practice, 'iptables -D INPUT -p tcp --dport 22 -j DROP'),
  },
  'dockerd restarted': {
    strike: async (practice) => {
      await daemon(practice, 'stop')
      await daemon(practice, 'start')
      return undefined
    },
  },
  'server rebooted': {
    strike: async (practice) => {
      await reboot(practice)
      return undefined
    },
  },
  // The backups lie on a small disk of their own for this case, and something fills it to the last byte.
  'disk full': {
    before: (practice) =>
      inside(
        practice,
        `size=$(du -sm ${BACKUPS} | cut -f1); mkdir -p /mnt/small; mount -t tmpfs -o size=$((size + 16))m small /mnt/small
        cp -a ${BACKUPS}/. /mnt/small/; chown --reference=${BACKUPS} /mnt/small; chmod --reference=${BACKUPS} /mnt/small; mount --move /mnt/small ${BACKUPS}`,
      ),
    strike: async (practice) => {
      await inside(practice, `cat /dev/zero > ${BACKUPS}/.filler 2>/dev/null || true`)
      return undefined
    },
    after: (practice) =>
      inside(
        practice,
        `rm -f ${BACKUPS}/.filler; mount --bind ${BACKUPS} /mnt/small; umount -l ${BACKUPS}
        find ${BACKUPS} -mindepth 1 -delete; cp -a /mnt/small/. ${BACKUPS}/; umount -l /mnt/small`,
      ),
  },
  // Both ways of changing the server, while somebody is at it: each must leave at once and name the holder.
  'second operator': {
    strike: async (practice, _, ended) => {
      const environment = { STORIES_OPERATOR: 'second' }
      const both = await Promise.all([
        call(practice, 'deploy/deploy', ['--resume', '--yes'], { environment }),
        call(practice, 'rollback/immediate', ['--yes'], { environment }),
      ])
      const inThere = both.filter(
        ({ code, stderr }) => code !== 4 || !/Somebody else is at work on this server: first@/.test(stderr),
      )
      if (inThere.length === 0 || ended()) return undefined
      return `a second operator got in: ${inThere.map(({ code, stderr }) => `exit ${code}, ${stderr.trim().split('\n').at(-1)}`).join('; ')}`
    },
  },
}
