import { ref } from 'vue'
import { address } from '@/api/client'
import { Problem } from '@/api/problem'

const PIECE = 8 << 20 // bytes kept as one blob, so that the browser may put it on disk

/** A large file of the API, fetched with its progress; what broke goes on where it broke. */
export function useTransfer(path: string, bytes: number) {
  const received = ref(0)
  const running = ref(false)
  const problem = ref<Problem | null>(null)
  const pieces: Blob[] = []
  let stopper: AbortController | null = null

  /** The whole file once it is there; nothing when it stopped before its end. */
  async function run(): Promise<Blob | null> {
    if (running.value) return null
    running.value = true
    problem.value = null
    stopper = new AbortController()
    try {
      const response = await fetch(address(path), { headers: { Range: `bytes=${received.value}-` }, signal: stopper.signal })
      if (response.status !== 206) throw Problem.of(response.status, await response.json().catch(() => null))
      await take(response.body!.getReader())
      return received.value === bytes ? new Blob(pieces, { type: 'application/zip' }) : null
    } catch (error) {
      if (!stopper.signal.aborted) problem.value = Problem.from(error)
      return null
    } finally {
      running.value = false
    }
  }

  async function take(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    let parts: Uint8Array[] = []
    let size = 0
    const keep = () => {
      if (size) pieces.push(new Blob(parts as BlobPart[]))
      received.value += size
      parts = []
      size = 0
    }
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        parts.push(value)
        size += value.length
        if (size >= PIECE) keep()
      }
    } finally {
      keep()
    }
  }

  return { received, running, problem, run, stop: () => stopper?.abort() }
}
