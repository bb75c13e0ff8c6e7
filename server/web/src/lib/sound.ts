export type Heard = 'found' | 'unknown' | 'wrong'

const tones: Record<Heard, number[]> = { found: [880], unknown: [220, 180], wrong: [440, 330] }
let context: AudioContext | undefined

/** A short tone per answer, so that a scan can be trusted without looking up. */
export function sound(heard: Heard): void {
  if (!('AudioContext' in window)) return
  context ??= new AudioContext()
  const audio = context
  tones[heard].forEach((frequency, i) => {
    const oscillator = audio.createOscillator()
    const gain = audio.createGain()
    const start = audio.currentTime + i * 0.11
    oscillator.frequency.value = frequency
    gain.gain.setValueAtTime(0.08, start)
    gain.gain.exponentialRampToValueAtTime(0.001, start + 0.1)
    oscillator.connect(gain).connect(audio.destination)
    oscillator.start(start)
    oscillator.stop(start + 0.1)
  })
}
