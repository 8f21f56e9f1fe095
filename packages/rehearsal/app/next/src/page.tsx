import NextHead from 'next/head'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { menu, tagline } from '../release.mjs'

/** A whole page: the site's head, its menu, and what the page has to say. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <NextHead>
        <title>{`${title} · 1001 Stories`}</title>
      </NextHead>
      <header>
        <strong>1001 Stories</strong> {tagline}
      </header>
      <nav>
        <ul>
          {menu.map(({ href, text }) => (
            <li key={href}>
              <Link href={href}>{text}</Link>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </>
  )
}
