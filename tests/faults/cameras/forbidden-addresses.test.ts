import dns from 'node:dns';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CameraNetworks } from '#lib/camera-networks.ts';
import { systemClock } from '#lib/clock.ts';
import { openControls } from '../../../devices/onvif/controls.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { subscribeEvents, type EventsState } from '../../../devices/onvif/events.ts';
import { FfmpegSource } from '../../../streams/ffmpeg/ffmpeg-source.ts';
import { RtspSource } from '../../../streams/rtsp/rtsp-source.ts';
import type { SourceEnd } from '../../../streams/source.ts';
import { EventCamera } from '../../helpers/event-camera.ts';
import { envelope, OnvifResponder, reply, type OddCamera } from '../../helpers/onvif-responder.ts';
import { CollectingSink } from '../../integration/streams/collecting-sink.ts';

/** Cameras live here, and nowhere else. */
const networks = new CameraNetworks(['127.0.0.1']);
const FORBIDDEN = '127.0.0.2';

let closing: (() => unknown)[];
let ending: AbortController;
/** Listens where no camera may be, and counts who comes. */
let witness: { port: number; connections: number };

beforeEach(async () => {
  closing = [];
  ending = new AbortController();
  witness = await watch(0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  ending.abort();
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(server: net.Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function watch(port: number): Promise<typeof witness> {
  const seen = { port: 0, connections: 0 };
  const server = net.createServer((socket) => {
    seen.connections += 1;
    socket.destroy();
  });
  seen.port = await listen(server, port, FORBIDDEN);
  return seen;
}

/** A camera that answers DESCRIBE with these lines; answers its address. */
async function answering(lines: string[]): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      const cseq = `CSeq: ${/CSeq: *(\d+)/i.exec(text)?.[1] ?? '0'}`;
      const [start = '', ...headers] = text.startsWith('DESCRIBE') ? lines : ['RTSP/1.0 200 OK', 'Public: DESCRIBE'];
      socket.write([start, cseq, ...headers, '', ''].join('\r\n'));
    });
    closing.push(() => socket.destroy());
  });
  return `rtsp://127.0.0.1:${await listen(server, 0, '127.0.0.1')}/live`;
}

function pull(kind: 'rtsp' | 'ffmpeg', uri: string): Promise<SourceEnd> {
  const common = { address: { uri, username: '', password: '' }, clock: systemClock, networks };
  const source = kind === 'rtsp' ? new RtspSource(common) : new FfmpegSource({ ...common, ffmpegPath: 'ffmpeg' });
  return source.run(new CollectingSink(), ending.signal);
}

describe.each(['rtsp', 'ffmpeg'] as const)('a stream pulled by %s', (kind) => {
  it.each([
    ['sends us elsewhere', 'RTSP/1.0 302 Moved Temporarily', 'Location: '],
    ['sends us elsewhere for good', 'RTSP/1.0 301 Moved Permanently', 'location:'],
    ['hides that in marks that ffmpeg leaves out', 'RTSP/1.0 302 Moved', 'Lo\rcati\r\ron\r: '],
    ['answers as a web server', 'HTTP/1.1 302 Found', 'Location: '],
  ])('goes nowhere when the camera %s', async (_, start, header) => {
    const uri = await answering([start, `${header}rtsp://${FORBIDDEN}:${witness.port}/live`]);
    expect(await pull(kind, uri)).toMatchObject({ reason: 'failed' });
    expect(witness.connections).toBe(0);
  });

  it('does not follow a name to another address', async () => {
    const uri = await answering(['RTSP/1.0 454 Session Not Found']);
    const port = Number(new URL(uri).port);
    witness = await watch(port);
    let asked = 0;
    const lookup = dns.lookup as (...args: unknown[]) => void;
    const turning = (host: string, options: unknown, done: (...answer: unknown[]) => void) => {
      if (host !== 'camera.invalid') return lookup(host, options, done);
      asked += 1;
      done(null, [{ address: asked === 1 ? '127.0.0.1' : FORBIDDEN, family: 4 }]);
    };
    vi.spyOn(dns, 'lookup').mockImplementation(turning as unknown as typeof dns.lookup);
    const name = `rtsp://camera.invalid:${port}/live`;
    if (kind === 'rtsp') expect(await pull(kind, name)).toMatchObject({ reason: 'failed', code: 'CAMERA_PROTOCOL' });
    expect(await pull(kind, name)).toMatchObject({ reason: 'failed', code: 'CAMERA_ADDRESS_FORBIDDEN' });
    expect(asked).toBeGreaterThan(1);
    expect(witness.connections).toBe(0);
  });

  it('does not begin where no camera may be', async () => {
    const end = await pull(kind, `rtsp://${FORBIDDEN}:${witness.port}/live`);
    expect(end).toMatchObject({ reason: 'failed', code: 'CAMERA_ADDRESS_FORBIDDEN' });
    expect(witness.connections).toBe(0);
  });
});

describe('ONVIF', () => {
  const access = (onvifUrl: string) => ({
    ...{ onvifUrl, username: 'admin', password: 'right', timeoutMs: 3000, networks },
    signal: ending.signal,
  });
  const elsewhere = () => `http://${FORBIDDEN}:${witness.port}/onvif/x`;

  async function camera(odd: OddCamera): Promise<OnvifResponder> {
    const responder = await new OnvifResponder(odd).start();
    closing.push(() => responder.stop());
    return responder;
  }

  it('asks services where the camera answered, whatever addresses it names', async () => {
    const odd = await camera({
      advertisedHost: `${FORBIDDEN}:${witness.port}`,
      services: ['ptz', 'imaging'],
      profiles: [{ token: 'p', ptz: 'n', uri: `rtsp://${FORBIDDEN}:${witness.port}/live` }],
      answers: { Stop: () => '<x:StopResponse xmlns:x="http://www.onvif.org/ver20/ptz/wsdl"/>' },
    });
    const probe = await describeCamera(access(odd.onvifUrl));
    expect(probe.services.some(({ address }) => address.includes(FORBIDDEN))).toBe(true);
    expect(probe.profiles.map(({ streamUri }) => new URL(streamUri).hostname)).toEqual(['127.0.0.1', '127.0.0.1']);
    await openControls(access(odd.onvifUrl)).stop();
    expect(odd.asked.at(-1)).toBe('Stop');
    expect(witness.connections).toBe(0);
  });

  it('is not sent elsewhere by HTTP', async () => {
    const move = (response: Parameters<ReturnType<typeof reply>>[0]) =>
      void response.writeHead(302, { Location: elsewhere() }).end();
    const odd = await camera({
      instead: { GetSystemDateAndTime: move, GetDeviceInformation: move, GetServices: move },
    });
    await expect(describeCamera(access(odd.onvifUrl))).rejects.toMatchObject({ code: 'CAMERA_NOT_ONVIF' });
    expect(witness.connections).toBe(0);
  });

  it('pulls events where the camera answered, whatever the reference of the subscription says', async () => {
    const created =
      `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>${elsewhere()}</wsa:Address>` +
      `</tev:SubscriptionReference></tev:CreatePullPointSubscriptionResponse>`;
    const events = new EventCamera({ instead: { CreatePullPointSubscription: reply(200, envelope(created)) } });
    await events.odd.start();
    closing.push(() => events.odd.stop());
    const running = subscribeEvents({
      ...access(events.odd.onvifUrl),
      onEvent: () => undefined,
      onState: () => undefined,
    });
    await expect.poll(() => events.odd.asked, { timeout: 5000 }).toContain('PullMessages');
    ending.abort();
    await running;
    expect(witness.connections).toBe(0);
  });

  it('describes, steers and hears nothing where no camera may be', async () => {
    const forbidden = { code: 'CAMERA_ADDRESS_FORBIDDEN' };
    await expect(describeCamera(access(elsewhere()))).rejects.toMatchObject(forbidden);
    const controls = openControls(access(elsewhere()));
    await expect(controls.stop()).rejects.toMatchObject(forbidden);
    await expect(controls.controls()).rejects.toMatchObject(forbidden);
    const states: EventsState[] = [];
    const heard = Promise.withResolvers<void>();
    const onState = (state: EventsState) => {
      states.push(state);
      if (state.status === 'lost') heard.resolve();
    };
    const running = subscribeEvents({ ...access(elsewhere()), onEvent: () => undefined, onState });
    await heard.promise;
    ending.abort();
    await running;
    expect(states.at(-1)).toMatchObject(forbidden);
    expect(witness.connections).toBe(0);
  });
});
