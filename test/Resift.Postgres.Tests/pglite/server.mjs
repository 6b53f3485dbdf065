// A database with pgvector in this process, for the tests: it prints the port that it listens on, and ends when its input does.
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const db = await PGlite.create({ extensions: { vector } })
await db.exec('CREATE EXTENSION vector')
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 20 })
server.addEventListener('listening', event => console.log(event.detail.port))
server.addEventListener('error', event => console.error(event.detail))
await server.start()
process.stdin.resume().on('end', async () => {
  await server.stop()
  await db.close()
  process.exit(0)
})
