import { Counter, Gauge, type Registry } from 'prom-client';
import type { ErrorCode } from '#contract/errors.ts';
import type { Hub, HubCounts } from './hub.ts';
import type { RecentReading } from './stream-meter.ts';

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
  const show = (name: string, help: string, read: (recent: RecentReading) => number | null): void => {
    const gauge = new Gauge<(typeof labelNames)[number]>({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        gauge.reset();
        for (const { state, meter } of hubs()) {
          const value = meter.recent && read(meter.recent);
          if (value !== null) gauge.set({ camera: state.cameraId, role: state.role }, value);
        }
      },
    });
  };
  const perSecond = (value: number | null) => value && value / 1000;
  show('hallwatch_stream_fps', 'Pictures a second over the last ten seconds', ({ fps }) => fps);
  show(
    'hallwatch_stream_bits_per_second',
    'Bits of video a second over the last ten seconds',
    ({ kbps }) => kbps && kbps * 1000,
  );
  show(
    'hallwatch_stream_loss_ratio',
    'RTP packets lost of those expected, last ten seconds',
    ({ lossRatio }) => lossRatio,
  );
  show('hallwatch_stream_jitter_seconds', 'Interarrival jitter (RFC 3550, 6.4.1)', ({ jitterMs }) =>
    perSecond(jitterMs),
  );
  show(
    'hallwatch_stream_key_interval_seconds',
    'Longest from one key frame to the next',
    ({ keyIntervalSec }) => keyIntervalSec,
  );
  show('hallwatch_stream_clock_offset_seconds', "The camera's clock minus ours", ({ clockOffsetMs }) =>
    perSecond(clockOffsetMs),
  );
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
