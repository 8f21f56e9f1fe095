import { misuse } from './exit.ts'

/**
 * The number that a flag gives.
 * @param flag its name, for the message
 * @param fallback what holds without the flag
 * @throws Stop (exit 2) when it is no number above 0
 */
export function readNumber(flag: string, value: string | boolean | undefined, fallback: number): number {
  if (value === undefined) return fallback
  const number = Number(value)
  if (!/^\d+(\.\d+)?$/.test(String(value)) || number <= 0)
    misuse(`${flag}: ${JSON.stringify(value)} is not a number above 0, for example ${flag} ${fallback}`)
  return number
}
