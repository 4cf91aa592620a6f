import type { Socket } from 'node:net'

/**
 * Ends a connection as one whose other side has died. What has sent its end already cannot be reset: the system refuses,
 * and Node would then never close it, but look at it without a pause.
 */
export function breakSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
