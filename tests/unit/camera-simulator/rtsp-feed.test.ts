import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { Feed } from '../../../devices/simulators/camera/rtsp/feed.ts';
import { RtspServer } from '../../../devices/simulators/camera/rtsp/server.ts';
import { TcpTransport, type PacketTransport } from '../../../devices/simulators/camera/rtsp/transport.ts';
import type { PictureSink, RtpSource, StreamPicture } from '../../../devices/simulators/camera/video/stream.ts';
import { RtpPacketiser } from '../../../devices/simulators/camera/video/rtp.ts';
import { silentLogger } from '#lib/logger.ts';

const picture = (key: boolean, size = 100): StreamPicture => ({ key, packets: [Buffer.alloc(size)], bytes: size });

/** A stream that sends what the test says, to a client that takes what the test says. */
function feedOf(isSilent: () => boolean = () => false, isFrozen: () => boolean = () => false) {
  const clock = new ManualClock(0);
  const sent: string[] = [];
  const client = { hasRoom: true };
  let sink: PictureSink = () => undefined;
  const source = {
    ssrc: 1,
    nextSequence: 0,
    timestampBase: 0,
    instant: () => ({ wallClock: clock.now(), timestamp: 0 }),
    join: (joined: PictureSink) => {
      sink = joined;
      return () => sent.push('left');
    },
  };
  const transport: PacketTransport = {
    header: '',
    sendPicture: ({ key }) => {
      if (client.hasRoom) sent.push(key ? 'key' : 'delta');
      return client.hasRoom;
    },
    sendControl: () => sent.push('report'),
    close: () => sent.push('closed'),
  };
  const conditions = { isSilent, isFrozen, sendsGarbage: () => false, clockOffsetMs: () => 0 };
  const feed = new Feed({ clock, source, transport, cname: 'w07', conditions, ssrcMask: 0 });
  return { feed, clock, client, sent, send: (key: boolean) => sink(picture(key)) };
}

describe('a client that plays', () => {
  it('gets pictures from the next key frame on, a report ahead of them', () => {
    const { feed, send, sent } = feedOf();
    feed.play();
    for (const key of [false, true, false]) send(key);
    expect(sent).toEqual(['report', 'key', 'delta']);
  });

  it('gets a report every five seconds', () => {
    const { feed, send, sent, clock } = feedOf();
    feed.play();
    for (const key of [true, false, false]) {
      send(key);
      clock.advance(2500);
    }
    expect(sent).toEqual(['report', 'key', 'delta', 'report', 'delta']);
  });

  it('loses whole pictures up to the next key frame when it is slow', () => {
    const { feed, send, sent, client } = feedOf();
    feed.play();
    send(true);
    client.hasRoom = false;
    send(false);
    client.hasRoom = true;
    for (const key of [false, true, false]) send(key);
    expect(sent).toEqual(['report', 'key', 'key', 'delta']);
  });

  it('gets nothing while its camera is hung, and a key frame first after that', () => {
    let silent = true;
    const { feed, send, sent } = feedOf(() => silent);
    feed.play();
    send(true);
    expect(sent).toEqual([]);
    silent = false;
    for (const key of [false, true]) send(key);
    expect(sent).toEqual(['report', 'key']);
  });

  it('gets only reports from a frozen encoder', () => {
    const { feed, send, sent, clock } = feedOf(
      () => false,
      () => true,
    );
    feed.play();
    for (const key of [true, false]) {
      send(key);
      clock.advance(5000);
    }
    expect(sent).toEqual(['report', 'report']);
  });

  it('stays in one stream when its camera changes to another encoder', () => {
    const sinks: PictureSink[] = [];
    const source = (ssrc: number, timestampBase: number): RtpSource => ({
      ...{ ssrc, timestampBase, nextSequence: 0 },
      instant: () => ({ wallClock: 0, timestamp: timestampBase }),
      join: (sink) => {
        sinks.push(sink);
        return () => undefined;
      },
    });
    const packets = (ssrc: number, sequence: number, timestamp: number): StreamPicture => {
      const made = new RtpPacketiser({ ssrc, sequence }).packets([Buffer.from([0x65, 1])], timestamp);
      return { key: true, packets: made, bytes: made[0]!.length };
    };
    const sent: Buffer[] = [];
    const transport: PacketTransport = {
      header: '',
      sendPicture: (picture) => sent.push(...picture.packets) > 0,
      sendControl: () => undefined,
      close: () => undefined,
    };
    const no = () => false;
    const conditions = { isSilent: no, isFrozen: no, sendsGarbage: no, clockOffsetMs: () => 0 };
    const [first, second] = [source(7, 1000), source(8, 5000)];
    const feed = new Feed({
      ...{ clock: new ManualClock(0), source: first, transport, cname: 'w07', conditions, ssrcMask: 0 },
    });
    feed.play();
    sinks[0]!(packets(7, 65_535, 1090));
    feed.use({ ...second });
    sinks[1]!(packets(8, 300, 5180));
    sinks[1]!(packets(8, 301, 5270));
    expect(sent.map((packet) => packet.readUInt32BE(8))).toEqual([7, 7, 7]);
    expect(sent.map((packet) => packet.readUInt32BE(4))).toEqual([1090, 1180, 1270]);
    expect(sent.slice(1).map((packet) => packet.readUInt16BE(2))).toEqual([0, 1]);
  });

  it('leaves the stream when it pauses and its ports when it goes', () => {
    const { feed, sent } = feedOf();
    feed.play();
    feed.pause();
    expect(feed.playing).toBe(false);
    feed.close();
    expect(sent).toEqual(['left', 'closed']);
  });
});

describe('connections', () => {
  const open: { close: () => void }[] = [];
  afterEach(() => open.splice(0).forEach((item) => item.close()));

  it('that take nothing hold a bounded amount, in whole pictures', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    open.push(listener);
    await once(listener, 'listening');
    const reader = connect((listener.address() as { port: number }).port, '127.0.0.1');
    const [writer] = (await once(listener, 'connection')) as [Socket];
    open.push({ close: () => reader.destroy() }, { close: () => writer.destroy() });
    reader.pause();
    const transport = new TcpTransport(writer, [0, 1], '00000001');
    let taken = 0;
    while (transport.sendPicture(picture(false, 60_000))) taken++;
    expect(taken).toBeGreaterThan(10);
    expect(writer.writableLength).toBeLessThanOrEqual(1024 * 1024);
    expect(writer.bytesWritten % 60_004).toBe(0);
  });

  it('that say nothing for longer than the session timeout are ended', async () => {
    const clock = new ManualClock(0);
    const server = new RtspServer({
      ...{ clock, log: silentLogger, address: '127.0.0.1', port: 0 },
      findCamera: () => undefined,
    });
    await server.start();
    const client = connect(server.port, '127.0.0.1');
    client.resume();
    client.write('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n');
    await once(client, 'data');
    clock.advance(59_000);
    expect(client.closed).toBe(false);
    clock.advance(7000);
    await once(client, 'close');
    await server.stop();
  });
});
