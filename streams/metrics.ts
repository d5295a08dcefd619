import { Counter, Gauge, type Registry } from 'prom-client';
import type { ErrorCode } from '#contract/errors.ts';
import type { Hub, HubCounts } from './hub.ts';

const labelNames = ['camera', 'role'] as const;

/**
 * Registers the figures of the streams. They are read from the hubs when someone asks, so that a picture on its way costs
 * an addition and not a look-up by labels.
 */
export function measureHubs(registry: Registry, hubs: () => Hub[]): void {
  const count = (name: string, help: string, figure: keyof HubCounts): void => {
    const counter = new Counter<(typeof labelNames)[number]>({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        counter.reset();
        for (const { state, counts } of hubs())
          counter.inc({ camera: state.cameraId, role: state.role }, counts[figure]);
      },
    });
  };
  count('hallwatch_stream_frames_total', 'Pictures received and handed on', 'units');
  count('hallwatch_stream_bytes_total', 'Bytes of pictures received', 'bytes');
  count(
    'hallwatch_stream_dropped_total',
    'Pictures received that could not be decoded: incomplete, or built on a lost one',
    'dropped',
  );
  count('hallwatch_stream_losses_total', 'How often the stream was lost and connected anew', 'losses');
  count('hallwatch_stream_skipped_total', 'Pictures left out for viewers that fell behind', 'skipped');
  const viewers = new Gauge<(typeof labelNames)[number]>({
    name: 'hallwatch_stream_viewers',
    help: 'Viewers of a stream',
    labelNames,
    registers: [registry],
    collect() {
      viewers.reset();
      for (const { state, viewers: now } of hubs()) viewers.set({ camera: state.cameraId, role: state.role }, now);
    },
  });
}

/** Counts why live viewers were sent away. */
export function measureEnds(registry: Registry): (code: ErrorCode) => void {
  const ends = new Counter({
    name: 'hallwatch_live_ends_total',
    help: 'Live viewers refused or ended by the gateway',
    labelNames: ['code'],
    registers: [registry],
  });
  return (code) => ends.inc({ code });
}
