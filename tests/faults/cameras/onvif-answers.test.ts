import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '#lib/app-error.ts';
import { openControls } from '../../../devices/onvif/controls.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { subscribeEvents } from '../../../devices/onvif/events.ts';
import { EventCamera } from '../../helpers/event-camera.ts';
import { envelope, hangUp, OnvifResponder, reply, type OddCamera } from '../../helpers/onvif-responder.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function camera(odd: OddCamera): Promise<OnvifResponder> {
  const responder = await new OnvifResponder(odd).start();
  closing.push(() => responder.stop());
  return responder;
}

function ask(odd: OnvifResponder, timeoutMs = 4000) {
  const signal = new AbortController().signal;
  return describeCamera({ onvifUrl: odd.onvifUrl, username: 'admin', password: 'right', timeoutMs, signal });
}

async function failure(asking: Promise<unknown>): Promise<{ code: string; details: unknown; ms: number }> {
  const started = performance.now();
  const error = await asking.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  const { code, details } = error as AppError;
  return { code, details, ms: performance.now() - started };
}

/** Sends for ever, until the other side has had enough. */
function endless(chunk: string, everyMs: number) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'application/soap+xml' });
    response.write('<s:Envelope><s:Body>');
    const timer = setInterval(() => response.write(chunk), everyMs);
    response.on('close', () => clearInterval(timer));
  };
}
const page = reply(
  500,
  '<!DOCTYPE html><html><head><title>500 Internal Server Error</title></head></html>',
  'text/html',
);

describe('a Media2 that does not work', () => {
  it.each([
    ['answers with a web page', page],
    ['hangs up', hangUp],
    ['lists nothing', reply(200, envelope('<trt:GetProfilesResponse/>'))],
    ['stalls', () => undefined],
    ['sends for ever', endless('<a/>', 5)],
  ])('that %s is gone round by Media1', async (_what, broken) => {
    const odd = await camera({
      media: 'both',
      profiles: [{ token: '0' }, { token: '000000000000000001', width: 640, height: 360 }],
      instead: {
        GetProfiles: (response, request, text) => {
          if (text.includes('ver20/media')) return broken(response, request);
          delete odd.camera.instead!.GetProfiles;
          const profile = (token: string) =>
            `<trt:Profiles token="${token}"><tt:VideoEncoderConfiguration><tt:Encoding>H264</tt:Encoding></tt:VideoEncoderConfiguration></trt:Profiles>`;
          reply(200, envelope(`<trt:GetProfilesResponse>${profile('0')}</trt:GetProfilesResponse>`))(response);
        },
      },
    });
    const { profiles } = await ask(odd, 1500);
    expect(profiles.map(({ token }) => token)).toEqual(['0', '0']);
    expect(odd.asked.filter((action) => action === 'GetProfiles')).toHaveLength(2);
  });
});

describe('an answer that harms', () => {
  it.each([
    ['drips', endless('<', 20), 'CAMERA_UNREACHABLE'],
    ['never ends', endless('<a>'.repeat(20_000), 1), 'CAMERA_NOT_ONVIF'],
    ['never begins', () => undefined, 'CAMERA_UNREACHABLE'],
  ])('that %s is bounded in time and bytes', async (_what, harm, code) => {
    const odd = await camera({ instead: { GetSystemDateAndTime: harm } });
    const before = process.memoryUsage().rss;
    const { code: found, ms } = await failure(ask(odd, 1000));
    expect(found).toBe(code);
    expect(ms).toBeLessThan(1500);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('with an external entity fetches nothing and says CAMERA_NOT_ONVIF', async () => {
    const fetched: (string | undefined)[] = [];
    const bait = createServer((request: IncomingMessage, response) => {
      fetched.push(request.url);
      response.end('secret');
    });
    await new Promise<void>((resolve) => bait.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => bait.close(resolve)));
    const { port } = bait.address() as AddressInfo;
    for (const external of [`http://127.0.0.1:${port}/evil.dtd`, 'file:///etc/passwd']) {
      const evil = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "${external}"><!ENTITY % p SYSTEM "${external}">%p;]>`;
      const information = `<tds:GetDeviceInformationResponse><tds:Manufacturer>&e;</tds:Manufacturer></tds:GetDeviceInformationResponse>`;
      const odd = await camera({ instead: { GetDeviceInformation: reply(200, evil + envelope(information)) } });
      const { code, details } = await failure(ask(odd));
      expect(code).toBe('CAMERA_NOT_ONVIF');
      expect(details).toMatch(/DOCTYPE/);
    }
    expect(fetched).toEqual([]);
  });

  it('with an entity bomb, in UTF-16 as well, costs next to nothing', async () => {
    const bomb =
      '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">' +
      Array.from({ length: 40 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('') +
      `]>${envelope('&a40;')}`;
    for (const bytes of [Buffer.from(bomb), Buffer.from(`\ufeff${bomb}`, 'utf16le')]) {
      const odd = await camera({
        instead: {
          GetDeviceInformation: (response) => {
            response.writeHead(200, { 'Content-Type': 'application/soap+xml' }).end(bytes);
          },
        },
      });
      const { code, ms } = await failure(ask(odd));
      expect(code).toBe('CAMERA_NOT_ONVIF');
      expect(ms).toBeLessThan(1000);
    }
  });

  it('with undeclared entities keeps them as they are', async () => {
    const odd = await camera({ serial: 'S&unknown;1' });
    expect((await ask(odd)).serial).toContain('unknown');
  });
});

describe('a command that the camera never answers', () => {
  it('ends in time and does not hold up the next camera', async () => {
    const dead = await camera({ instead: { GetSystemDateAndTime: () => undefined } });
    const signal = new AbortController().signal;
    const access = { username: '', password: '', timeoutMs: 500, signal };
    const stuck = openControls({ ...access, onvifUrl: dead.onvifUrl });
    const { code, ms } = await failure(stuck.move({ pan: 1, tilt: 0, zoom: 0 }));
    expect(code).toBe('CAMERA_UNREACHABLE');
    expect(ms).toBeLessThan(1000);
  });

  it('ends at once when it is called off', async () => {
    const dead = await camera({ instead: { GetSystemDateAndTime: () => undefined } });
    const ending = new AbortController();
    const access = { username: '', password: '', timeoutMs: 60_000, signal: ending.signal };
    const moving = openControls({ ...access, onvifUrl: dead.onvifUrl }).stop();
    ending.abort(new AppError('SHUTTING_DOWN'));
    await expect(moving).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});

describe('events of a camera gone mad', () => {
  it('are taken at a bounded rate, repeats left out', async () => {
    const mad = new EventCamera();
    mad.eager = true;
    await mad.odd.start();
    closing.push(() => mad.odd.stop());
    const ending = new AbortController();
    const kinds: string[] = [];
    const running = subscribeEvents({
      onvifUrl: mad.odd.onvifUrl,
      username: '',
      password: '',
      signal: ending.signal,
      onEvent: ({ kind }) => kinds.push(kind),
      onState: () => undefined,
    });
    await expect.poll(() => mad.odd.asked.includes('PullMessages'), { timeout: 10_000 }).toBe(true);
    const flood = setInterval(() => {
      for (let n = 0; n < 20; n += 1) mad.say('tns1:VideoSource/MotionAlarm', true);
    }, 20);
    const before = mad.odd.asked.length;
    await expect.poll(() => kinds.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 600));
    clearInterval(flood);
    expect(mad.odd.asked.length - before).toBeLessThan(10);
    ending.abort();
    await running;
    expect(kinds).toEqual(['motion']);
    expect(mad.open.size).toBe(0);
  });
});
