/** Seconds from 1900 (NTP) to 1970 (Unix), and the length of one NTP era (RFC 5905, 6). */
const NTP_TO_UNIX = 2_208_988_800;
const NTP_ERA = 2 ** 32;

/** Cameras whose clock was never set say 1970 or count from their start (RFC 3550, 6.4.1 allows it): no wall clock. */
const PLAUSIBLE_MS = 366 * 24 * 3600 * 1000;

/** Maps RTP timestamps to the camera's wall clock by its RTCP sender reports (RFC 3550, 6.4.1). */
export class WallClock {
  readonly #rate: number;
  #reportTimestamp = 0;
  #reportMs: number | null = null;
  #offsetMs: number | null = null;
  #lastReport = 0;

  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Takes the NTP and RTP timestamps of a sender report. `now`: epoch ms here, which chooses the NTP era. */
  report(ntpSeconds: number, ntpFraction: number, timestamp: number, now: number): void {
    if (ntpSeconds === 0 && ntpFraction === 0) return;
    this.#lastReport = (((ntpSeconds & 0xffff) << 16) | (ntpFraction >>> 16)) >>> 0;
    const inEra = ntpSeconds + ntpFraction / NTP_ERA - NTP_TO_UNIX;
    const era = Math.round((now / 1000 - inEra) / NTP_ERA);
    const epochMs = (inEra + era * NTP_ERA) * 1000;
    this.#reportMs = Math.abs(epochMs - now) <= PLAUSIBLE_MS ? epochMs : null;
    this.#reportTimestamp = timestamp;
    this.#offsetMs = this.#reportMs === null ? null : epochMs - now;
  }

  /** Another source goes on: its timestamps are none that were spoken of. */
  forget(): void {
    this.#reportMs = this.#offsetMs = null;
    this.#lastReport = 0;
  }

  /** The camera's clock minus ours when it last said so, less the way of the report; null where it has not. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** The middle of the NTP time of the last report, as a receiver report quotes it; 0 where there was none. */
  get lastReport(): number {
    return this.#lastReport;
  }

  /** Epoch ms by the camera, or null until it has said. */
  at(timestamp: number): number | null {
    if (this.#reportMs === null) return null;
    return this.#reportMs + (((timestamp - this.#reportTimestamp) | 0) / this.#rate) * 1000;
  }
}
