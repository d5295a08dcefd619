import type { Severity } from '#contract/ids.ts';

interface Tone {
  hz: number;
  /** Seconds from the beginning. */
  at: number;
  sec: number;
}

/** Told apart by number and course, not by pitch alone: one soft tone, two rising, three that come again. */
const tones: Record<Severity, { gain: number; tones: Tone[] }> = {
  blue: { gain: 0.25, tones: [{ hz: 660, at: 0, sec: 0.22 }] },
  yellow: {
    gain: 0.4,
    tones: [
      { hz: 660, at: 0, sec: 0.2 },
      { hz: 880, at: 0.24, sec: 0.3 },
    ],
  },
  red: {
    gain: 0.6,
    tones: [0, 0.75].flatMap((from) => [
      { hz: 880, at: from, sec: 0.16 },
      { hz: 660, at: from + 0.2, sec: 0.16 },
      { hz: 880, at: from + 0.4, sec: 0.24 },
    ]),
  },
};
/** Without it, a tone begins and ends with a click. */
const EDGE_SEC = 0.015;

/** Plays the sound of a severity. `volume`: 0 to 1. */
export function playTones(context: AudioContext, severity: Severity, volume: number): void {
  const { gain, tones: all } = tones[severity];
  for (const { hz, at, sec } of all) {
    const [from, until] = [context.currentTime + at, context.currentTime + at + sec];
    const oscillator = new OscillatorNode(context, { frequency: hz, type: 'triangle' });
    const level = new GainNode(context, { gain: 0 });
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(gain * volume, from + EDGE_SEC);
    level.gain.setValueAtTime(gain * volume, until - EDGE_SEC);
    level.gain.linearRampToValueAtTime(0, until);
    oscillator.connect(level).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(until);
  }
}
