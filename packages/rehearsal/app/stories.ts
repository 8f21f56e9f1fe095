/** How many of the seeded stories have a PDF in public/books; the seed and the uploads agree by this. */
export const STORIES_WITH_PDF = 20

/** The PDF's file name of the seeded story `number`, from 1. */
export const storyPdf = (number: number): string => `story-${String(number).padStart(3, '0')}.pdf`
