import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DecoderFeed } from '../../../client/player/decoder-feed.ts';

/** A decoder of the browser's shape whose work is done by hand: `begin` takes a unit off its queue, `picture` gives one out. */
class HandDecoder {
  static last: HandDecoder;
  state = 'unconfigured';
  decoded: number[] = [];
  decodeQueueSize = 0;
  ondequeue: (() => void) | null = null;
  readonly #events: { output(frame: object): void };

  constructor(events: { output(frame: object): void }) {
    this.#events = events;
    HandDecoder.last = this;
  }
  configure() {
    this.state = 'configured';
  }
  decode({ timestamp }: { timestamp: number }) {
    this.decoded.push(timestamp);
    this.decodeQueueSize += 1;
  }
  close() {
    this.state = 'closed';
  }
  begin() {
    this.decodeQueueSize -= 1;
    this.ondequeue?.();
  }
  picture(timestamp: number) {
    this.#events.output({ timestamp, close: () => undefined });
  }
}

beforeEach(() => {
  vi.stubGlobal('VideoDecoder', HandDecoder);
  vi.stubGlobal(
    'EncodedVideoChunk',
    class {
      constructor(init: object) {
        Object.assign(this, init);
      }
    },
  );
});
afterEach(() => void vi.unstubAllGlobals());

function join() {
  const shown: number[] = [];
  let go: (() => void) | null = null;
  const feed = new DecoderFeed({
    frame: ({ timestamp }) => void shown.push(timestamp),
    opened: (free) => (go = free),
    unsupported: () => undefined,
    failed: () => undefined,
    fellBehind: () => undefined,
  });
  feed.configure({ codec: 'avc1.42c016', description: '', width: 640, height: 360 });
  const push = (ptsMs: number) =>
    feed.push({ key: ptsMs === 0, ptsMs, wallclockMs: null, data: new Uint8Array(1) }, ptsMs);
  return { feed, push, shown, decoder: HandDecoder.last, go: () => go?.() };
}

describe('units of a join', () => {
  it('wait behind the first picture until the way is free, then go in at once and in order', () => {
    const { push, shown, decoder, go } = join();
    for (const pts of [0, 1, 2, 3]) push(pts);
    expect(decoder.decoded).toEqual([0]);
    decoder.picture(0);
    decoder.begin();
    push(4);
    expect(decoder.decoded).toEqual([0]);
    go();
    push(5);
    expect(decoder.decoded).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
    expect(shown).toEqual([0]);
  });

  it('go in one by one where a decoder needs more than a key frame for its first picture', () => {
    const { push, decoder } = join();
    for (const pts of [0, 1, 2, 3]) push(pts);
    decoder.begin();
    expect(decoder.decoded).toEqual([0, 1000]);
    decoder.begin();
    decoder.picture(0);
    decoder.begin();
    expect(decoder.decoded).toEqual([0, 1000, 2000]);
  });

  it('are forgotten with their decoder: a late word of the old one frees nothing', () => {
    const { feed, push, decoder, go } = join();
    push(0);
    push(1);
    decoder.picture(0);
    feed.configure({ codec: 'avc1.42c016', description: '', width: 1280, height: 720 });
    go();
    expect(decoder.decoded).toEqual([0]);
    push(2);
    expect(HandDecoder.last.decoded).toEqual([]);
  });
});
