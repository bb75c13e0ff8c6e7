// A balance that speaks MT-SICS over TCP, as far as it is asked for a weight.
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** How MT-SICS writes a weight in gram: S stable, D dynamic. */
export const weight = (status, grams) => `S ${status} ${grams.toFixed(2).padStart(10)} g`

/** A weight that still moves, then stands still. */
export const settled = grams => [weight('D', grams * 0.98), 500, weight('S', grams)]

export class Balance {
  /** What each "S" is answered with, one by one, then `usual`: lines, and milliseconds between them. */
  next = []
  usual = settled(98.76)
  /** What it was told, in order. */
  heard = []
  #sockets = new Set()
  #server = createServer(socket => this.#serve(socket))

  async listen(port) {
    await new Promise((done, failed) => this.#server.once('error', failed).listen(port, '127.0.0.1', done))
    return this
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(done => this.#server.close(done))
  }

  /** As if somebody pressed its print key. */
  print(line) {
    for (const socket of this.#sockets) socket.write(`${line}\r\n`)
  }

  #serve(socket) {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy())
    let text = ''
    socket.on('data', bytes => {
      const lines = (text + bytes).split('\r\n')
      text = lines.pop()
      for (const line of lines) this.#answer(socket, line)
    })
  }

  async #answer(socket, command) {
    this.heard.push(command)
    if (command === '@') socket.write('I4 A "0000000001"\r\n')
    else if (command !== 'S') socket.write('ES\r\n')
    else {
      for (const said of this.next.shift() ?? this.usual) {
        if (typeof said === 'number') await pause(said)
        else if (!socket.destroyed) socket.write(`${said}\r\n`)
      }
    }
  }
}
