import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ask, camera, failure, listen } from '../../helpers/asked-camera.ts';
import { envelope, hangUp, reply } from '../../helpers/onvif-responder.ts';

describe('an address that is no camera', () => {
  it.each([
    ['a web page', reply(200, '<!DOCTYPE html><html><title>My router</title></html>', 'text/html'), /My router/],
    ['text', reply(404, 'not here', 'text/plain'), /404/],
    ['XML that is no SOAP', reply(200, '<a/>'), /no SOAP/],
    ['broken XML', reply(200, '<s:Envelope><s:Body>'), /HTTP 200/],
    ['an empty body', reply(200, envelope('')), /GetSystemDateAndTime|GetDeviceInformation/],
    ['more than fits', reply(200, envelope(`<a>${'x'.repeat(1_100_000)}</a>`)), /larger/],
    ['elements without end', reply(200, '<a>'.repeat(100_000)), /HTTP 200/],
    ['namespaces without end', reply(200, envelope(`<a>${'xmlns'.repeat(150_000)}</a>`)), /GetDeviceInformation/],
    [
      'an entity bomb',
      reply(
        200,
        `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i} "&a;&a;">`).join('')}]>${envelope('&a29;')}`,
      ),
      /DOCTYPE/,
    ],
  ])('says CAMERA_NOT_ONVIF of %s, soon', async (_what, everything, words) => {
    const odd = await camera({ instead: { GetSystemDateAndTime: everything, GetDeviceInformation: everything } });
    const started = performance.now();
    const { code, details } = await failure(ask(odd.onvifUrl));
    expect(code).toBe('CAMERA_NOT_ONVIF');
    expect(details).toMatch(words);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('says CAMERA_NOT_ONVIF of something that speaks no HTTP', async () => {
    const port = await listen(
      createServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end('SSH-2.0-OpenSSH_9.2\r\n'),
      ),
    );
    expect((await failure(ask(`http://127.0.0.1:${port}/`))).code).toBe('CAMERA_NOT_ONVIF');
    expect((await failure(ask(`https://127.0.0.1:${port}/`))).code).toBe('CAMERA_NOT_ONVIF');
  });

  it('says CAMERA_UNREACHABLE where nothing listens, where it hangs up, and where it is silent', async () => {
    const gone = await camera({});
    const { onvifUrl } = gone;
    await gone.stop();
    expect(await failure(ask(onvifUrl))).toMatchObject({
      code: 'CAMERA_UNREACHABLE',
      details: expect.stringMatching(/ECONNREFUSED/),
    });

    const rude = await camera({ instead: { GetSystemDateAndTime: hangUp } });
    expect((await failure(ask(rude.onvifUrl))).code).toBe('CAMERA_UNREACHABLE');

    const silent = await camera({ instead: { GetSystemDateAndTime: () => undefined } });
    const { code, details } = await failure(ask(silent.onvifUrl, { timeoutMs: 300 }));
    expect(code).toBe('CAMERA_UNREACHABLE');
    expect(details).toMatch(/no answer within 150 ms/);
  });

  it('ends in time with a camera that drips its answer', async () => {
    const drip = (response: ServerResponse) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    };
    const odd = await camera({ instead: { GetProfiles: drip } });
    expect((await failure(ask(odd.onvifUrl, { timeoutMs: 500 }))).code).toBe('CAMERA_UNREACHABLE');
  });

  it('notices at once that a camera hangs up within its answer', async () => {
    const half = (response: ServerResponse) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('<a>', () => response.destroy());
    };
    const odd = await camera({ instead: { GetProfiles: half } });
    const { code, details } = await failure(ask(odd.onvifUrl, { timeoutMs: 20_000 }));
    expect(code).toBe('CAMERA_NO_STREAM');
    expect(details).toMatch(/hung up/);
  });
});
