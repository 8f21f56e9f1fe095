/** A count as a reader writes it: `24,150`. */
export const count = (number: number) => number.toLocaleString('en-GB')

/** `1 visit`, `3 visits`. */
export const several = (number: number, one: string, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`

/** A moment as `2025-09-05 04:30 UTC`; takes milliseconds since 1970. */
export const day = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** A moment as `04:30:00 UTC`; takes milliseconds since 1970. */
export const clock = (at: number) => `${new Date(at).toISOString().slice(11, 19)} UTC`

/** A moment on the ruler: `0.5 s`, `45 s`, `1:15`, `2:00:00`. */
export function mark(ms: number): string {
  const seconds = Math.round(ms / 100) / 10
  if (seconds < 60) return `${seconds} s`
  const two = (count: number) => String(Math.floor(count)).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), (seconds % 3600) / 60]
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${Math.floor(minutes)}:${two(seconds % 60)}`
}
