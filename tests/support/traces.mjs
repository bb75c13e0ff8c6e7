// Stores a trace with a message as the server packs it (server/intake/SeriesCodec.h): evenly spaced x, y plain.
import { deflateRawSync } from 'node:zlib'

function packed(start, step, y) {
  const head = Buffer.alloc(17)
  head.writeDoubleLE(start, 1)
  head.writeDoubleLE(step, 9)
  const words = Buffer.alloc(8 * y.length)
  y.forEach((value, i) => words.writeDoubleLE(value, 8 * i))
  const shuffled = Buffer.from(words.map((_, at) => words[8 * (at % y.length) + Math.floor(at / y.length)]))
  const body = deflateRawSync(shuffled)
  const column = Buffer.alloc(5)
  column.writeUInt32LE(body.length, 1)
  return Buffer.concat([head, column, body])
}

/** At most 65,536 points. Texts are of the test's own making, without quotes. */
export async function storeTrace(instance, uid, { name, kind, xUnit, yUnit, start, step, y }) {
  const message = `(SELECT id FROM inbound_message WHERE uid = '${uid}')`
  const values = [`'${name}'`, `'${kind}'`, `'${xUnit}'`, `'${yUnit}'`, "''", y.length, start, start + step * (y.length - 1),
    y.reduce((a, b) => Math.min(a, b)), y.reduce((a, b) => Math.max(a, b)), `X'${packed(start, step, y).toString('hex')}'`]
  await instance.sql('owner', `INSERT INTO message_series (message_id, found) VALUES (${message}, 1);
    INSERT INTO series (message_id, ordinal, name, kind, x_unit, y_unit, specimen, points, x_min, x_max, y_min, y_max, data)
    VALUES (${message}, 0, ${values.join(', ')});`)
}
