import { ProcessOutput, read, refuse, type Settings } from '@stories/shared'

/** A mail as the mailbox lists it: Mailpit's API, which other mail sinks speak too. */
interface Listed {
  ID: string
}

/** The mails that wait for an address, newest first. @throws Stop (exit 3) when the mailbox can't be read */
export async function mailsFor(settings: Settings, address: string): Promise<Listed[]> {
  const answer = await mailbox(settings, `search?query=${encodeURIComponent(`to:"${address}"`)}`)
  return (JSON.parse(answer) as { messages: Listed[] }).messages
}

/** The text of a mail. */
export async function textOf(settings: Settings, id: string): Promise<string> {
  return (JSON.parse(await mailbox(settings, `message/${encodeURIComponent(id)}`)) as { Text: string }).Text
}

// Asked from the server: a mailbox for tests isn't open to the world.
async function mailbox(settings: Settings, question: string): Promise<string> {
  const url = `${settings.MAILBOX_URL.replace(/\/$/, '')}/api/v1/${question}`
  try {
    return await read`curl -fsS --max-time 10 ${url}`.text()
  } catch (error) {
    if (!(error instanceof ProcessOutput) || error.exitCode === 255) throw error
    refuse(`the mailbox ${settings.MAILBOX_URL} cannot be read from the server: ${error.stderr.trim()}`)
  }
}

/** The magic link in a mail's text: the first address that leads to the sign-in callback; undefined when there is none. */
export const magicLink = (text: string) =>
  /https?:\/\/[^\s"'<>]+\/callback\/email\?[^\s"'<>]+/.exec(text)?.[0]
