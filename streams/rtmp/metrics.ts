import { Counter, Gauge, type Registry } from 'prom-client';
import type { Refusal } from './messages.ts';

export interface RtmpCounts {
  restarts: number;
  refused: Partial<Record<Refusal, number>>;
}

/** Registers the figures of the RTMP server; they are read when someone asks. */
export function measureRtmp(registry: Registry, counts: RtmpCounts, publishers: () => number): void {
  const registers = [registry];
  new Gauge({
    name: 'hallwatch_rtmp_publishers',
    help: 'Devices that push by RTMP now',
    registers,
    collect() {
      this.set(publishers());
    },
  });
  new Counter({
    name: 'hallwatch_rtmp_refused_total',
    help: 'RTMP connections refused: wrong key, unknown stream, a second publisher, a player, or no RTMP at all',
    labelNames: ['why'],
    registers,
    collect() {
      this.reset();
      for (const [why, count] of Object.entries(counts.refused)) this.inc({ why }, count);
    },
  });
  new Counter({
    name: 'hallwatch_rtmp_restarts_total',
    help: 'How often the RTMP server ended and was started again',
    registers,
    collect() {
      this.reset();
      this.inc(counts.restarts);
    },
  });
}
