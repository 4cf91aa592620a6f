import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CALL_HEADER } from './caller.ts'

/**
 * The drill's own upstream, a process of its own: answers every call with 200 and remembers which it served, so that
 * one that a gateway sent twice is noticed. Tells its port as the first message, and its count whenever it is sent one.
 * Arguments: the port, 0 for any, and the address that it listens at.
 */
const served = new Set<string>()
let duplicated = 0

const server = createServer((request, response) => {
  const call = request.headers[CALL_HEADER]
  if (typeof call === 'string') {
    if (served.has(call)) duplicated++
    served.add(call)
  }
  request.resume()
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"served":true}\n')
})
server.keepAliveTimeout = 60_000
server.listen(Number(process.argv[2]), process.argv[3], () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
)
process.on('message', () => process.send?.({ served: served.size, duplicated }))
process.once('disconnect', () => process.exit(0))
process.on('SIGINT', () => {})
