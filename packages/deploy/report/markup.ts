import { redact } from '@stories/shared'

/** Text that is markup already; everything else is escaped on its way into {@link html}. */
export interface Markup {
  markup: string
}

type Value = Markup | string | number | false | undefined | (Markup | string | number | false | undefined)[]

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A value as text of a page, in an element or an attribute. Masked first: once escaped, a secret would pass unseen. */
export const escaped = (value: string | number) =>
  redact(String(value))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what no page may hold, and what turns a line's direction
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '�')
    .replace(/[&<>"']/g, (sign) => SIGNS[sign]!)

const shown = (value: Value): string => {
  if (value === undefined || value === false) return ''
  if (Array.isArray(value)) return value.map(shown).join('')
  return typeof value === 'object' ? value.markup : escaped(value)
}

/** A template of a page: what stands in it is markup, values are text. Lists are joined, `undefined` and `false` are left out. */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Markup => ({
  markup: parts.map((part, index) => part + (index < values.length ? shown(values[index]) : '')).join(''),
})

/** Text that is known to be safe, such as the page's own style. */
export const raw = (markup: string): Markup => ({ markup })
