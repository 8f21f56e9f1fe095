import { inside, type Practice } from '../../practice.ts'

/** Writes as a living site does: sign-ins, changed profiles, carts filled and emptied, an upload now and then. */
const WRITES = `
INSERT INTO "VerificationToken" SELECT 'busy' || random(), md5(random()::text || clock_timestamp()), now();
UPDATE "User" SET name = 'Busy ' || random(), "updatedAt" = now() WHERE id IN (SELECT id FROM "User" OFFSET floor(random() * 3000) LIMIT 20);
DELETE FROM "CartItem" WHERE id IN (SELECT id FROM "CartItem" OFFSET floor(random() * 500) LIMIT 2);
UPDATE "Product" SET stock = stock + 1;
`

/** Begins to write, about twenty times a second; what it gives back ends it and tells how many rounds there were. */
export async function writing(practice: Practice): Promise<() => Promise<number>> {
  const mark = '/tmp/site-is-busy'
  await inside(practice, `touch ${mark}; rm -f ${mark}.rounds`)
  const busy = inside(
    practice,
    `sql=$(cat); rounds=0
while [ -e ${mark} ]; do printf '%s\\n' "$sql"; rounds=$((rounds + 1)); echo "$rounds" > ${mark}.rounds
  if [ $((rounds % 20)) = 0 ]; then head -c 20000 /dev/urandom > /home/ubuntu/1001project/public/books-upload/busy-$((rounds % 200)).pdf; fi
  sleep 0.05; done | docker exec -i 1001-stories-db psql -qXAt -v ON_ERROR_STOP=1 -U postgres stories_db`,
    { input: WRITES },
  )
  busy.catch(() => {})
  return async () => {
    await inside(practice, `rm -f ${mark}`)
    await busy
    return Number(await inside(practice, `cat ${mark}.rounds`))
  }
}
