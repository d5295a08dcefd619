import { FirstPictures } from './first-pictures.ts';
import { CanvasSink, TrackSink, type FrameSink } from './frame-sink.ts';
import { STATS_EVERY_MS, type FromWorker, type SinkPlan, type ToWorker } from './worker-messages.ts';
import { WorkerTile } from './worker-tile.ts';

const tiles = new Map<number, WorkerTile>();
const firstPictures = new FirstPictures();

const post = (message: FromWorker, transfer: Transferable[] = []) => self.postMessage(message, { transfer });

function sinkOf(plan: SinkPlan, tile: number): FrameSink {
  if (plan.kind === 'canvas') return new CanvasSink(plan.canvas);
  if (plan.kind === 'writable') return new TrackSink(plan.writable);
  const generator = new VideoTrackGenerator();
  post({ type: 'track', tile, track: generator.track }, [generator.track]);
  return new TrackSink(generator.writable);
}

function add(tile: number, plan: SinkPlan): void {
  const made = new WorkerTile(sinkOf(plan, tile), firstPictures, {
    text: (text) => post({ type: 'text', tile, text }),
    sound: (message) => post({ type: 'sound', tile, message }, [message]),
    firstFrame: () => post({ type: 'first-frame', tile }),
    unsupported: (codec) => post({ type: 'unsupported', tile, codec }),
    decoderFailed: () => post({ type: 'decoder-failed', tile }),
    fellBehind: () => post({ type: 'fell-behind', tile }),
    closed: () => post({ type: 'closed', tile }),
  });
  tiles.set(tile, made);
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'add':
      return add(data.tile, data.sink);
    case 'open':
      return tiles.get(data.tile)?.open(data.url);
    case 'close':
      return tiles.get(data.tile)?.close();
    case 'listen':
      return tiles.get(data.tile)?.listen(data.on);
    case 'remove':
      tiles.get(data.tile)?.destroy();
      tiles.delete(data.tile);
  }
};

setInterval(() => {
  if (tiles.size === 0) return;
  post({ type: 'stats', tiles: [...tiles].map(([tile, made]) => ({ tile, stats: made.stats() })) });
}, STATS_EVERY_MS);

post({ type: 'ready', trackGenerator: 'VideoTrackGenerator' in self });
