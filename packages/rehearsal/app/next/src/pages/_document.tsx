import { Head, Html, Main, NextScript } from 'next/document'
import { theme } from '../../release.mjs'

export default function Document() {
  return (
    <Html lang="en" data-theme={theme}>
      <Head>
        <link rel="stylesheet" href="/theme.css" />
      </Head>
      <body>
        <Main />
        <NextScript />
      </body>
    </Html>
  )
}
