import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Cam } from 'onvif';
import { endpointOf } from '../../../devices/simulators/camera/onvif/identity.ts';
import { account, camera, simulator } from './simulated.ts';

const plans = [camera('w07'), camera('w08', { serial: '0099', clockOffsetMs: -7_200_000 })];
const cameras = simulator(plans, { discovery: true });
const sockets: Socket[] = [];
let urls: URL[];

beforeAll(async () => {
  await cameras.start();
  urls = cameras.addresses().map(({ onvifUrl }) => new URL(onvifUrl));
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(() => cameras.stop());

/** npm onvif, which signs with the camera's time. */
function connect(url: URL, password = account.password): Promise<InstanceType<typeof Cam>> {
  return new Promise((resolve, reject) => {
    const client = new Cam(
      { hostname: url.hostname, port: Number(url.port), username: account.username, password, timeout: 10_000 },
      (error: Error | null) => (error ? reject(error) : resolve(client)),
    );
    client.on('warning', (words: string) => reject(new Error(words)));
  });
}

async function post(url: URL, body: string): Promise<{ status: number; text: string }> {
  const envelope = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`;
  const response = await fetch(url, { method: 'POST', body: envelope });
  return { status: response.status, text: await response.text() };
}

/** A socket in the discovery group of the loopback interface. */
async function searcher(port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  sockets.push(socket);
  socket.bind(port, port === 0 ? '127.0.0.1' : '239.255.255.250');
  await once(socket, 'listening');
  if (port !== 0) socket.addMembership('239.255.255.250', '127.0.0.1');
  socket.setMulticastInterface('127.0.0.1');
  return socket;
}

/** Resolves with the first datagram that has all these words; other simulators of this machine may speak as well. */
function heard(socket: Socket, ...words: string[]): Promise<string> {
  return new Promise((resolve) => {
    const listen = (message: Buffer) => {
      const text = message.toString();
      if (!words.every((word) => text.includes(word))) return;
      socket.off('message', listen);
      resolve(text);
    };
    socket.on('message', listen);
  });
}

function probe(socket: Socket, { types = 'dn:NetworkVideoTransmitter', scopes = '' } = {}): void {
  const message =
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' +
    '<e:Header><w:MessageID>uuid:question</w:MessageID></e:Header>' +
    `<e:Body><d:Probe><d:Types>${types}</d:Types><d:Scopes>${scopes}</d:Scopes></d:Probe></e:Body></e:Envelope>`;
  socket.send(message, 3702, '239.255.255.250');
}

describe('an ONVIF client', () => {
  it.each([0, 1])('reads camera %i, whatever time that believes it is', async (index) => {
    const client = await connect(urls[index]!);
    const streams = await Promise.all(
      ['000', '001'].map(
        (profileToken) =>
          new Promise<{ uri: string }>((resolve, reject) => {
            client.getStreamUri({ protocol: 'RTSP', profileToken }, (error, stream) =>
              stream ? resolve(stream) : reject(error),
            );
          }),
      ),
    );
    const { rtsp } = cameras.addresses()[index]!;
    expect(streams.map(({ uri }) => uri)).toEqual([rtsp.main, rtsp.sub]);
    const raw = await new Promise<string>((resolve) => {
      client.once('rawResponse', resolve);
      client.getDeviceInformation(() => undefined);
    });
    expect(raw).toContain(`<tds:SerialNumber>${plans[index]!.serial}</tds:SerialNumber>`);
  });

  it('with the wrong password is refused with ter:NotAuthorized', async () => {
    await expect(connect(urls[0]!, 'wrong')).rejects.toThrow(/not authorized/i);
    const { status, text } = await post(urls[0]!, '<GetScopes xmlns="http://www.onvif.org/ver10/device/wsdl"/>');
    expect(status).toBe(400);
    expect(text).toContain('<env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:NotAuthorized</env:Value>');
  });

  it('may ask for the time without a password, and gets the camera clock', async () => {
    const { text } = await post(urls[1]!, '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>');
    const number = (name: string) => Number(new RegExp(`<tt:${name}>(\\d+)<`).exec(text)![1]);
    const told = Date.UTC(
      number('Year'),
      number('Month') - 1,
      number('Day'),
      number('Hour'),
      number('Minute'),
      number('Second'),
    );
    expect(Math.abs(told + 7_200_000 - Date.now())).toBeLessThan(5000);
  });

  it('is told what a camera does not do', async () => {
    const { status, text } = await post(urls[0]!, '<Reboot xmlns="http://www.onvif.org/ver10/device/wsdl"/>');
    expect(status).toBe(500);
    expect(text).toContain('ter:ActionNotSupported');
    expect((await fetch(new URL('/', urls[0]))).status).toBe(404);
    expect((await fetch(urls[0]!, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
  });
});

describe('discovery', () => {
  it('answers a probe for each camera, with name, place and address', async () => {
    const socket = await searcher(0);
    const answers = plans.map((plan) => heard(socket, endpointOf(plan), 'ProbeMatches'));
    probe(socket);
    const [first, second] = await Promise.all(answers);
    expect(first).toContain(`<d:XAddrs>${urls[0]!.href}</d:XAddrs>`);
    expect(first).toContain('<wsa:RelatesTo>uuid:question</wsa:RelatesTo>');
    expect(first).toContain(`onvif://www.onvif.org/location/${encodeURIComponent('东区 大厅')}`);
    expect(second).toContain(urls[1]!.href);
  });

  it('answers only for what was asked', async () => {
    const socket = await searcher(0);
    const heardAtAll: string[] = [];
    socket.on('message', (message) => heardAtAll.push(message.toString()));
    const answer = heard(socket, endpointOf(plans[1]!));
    probe(socket, { types: 'dn:Printer' });
    probe(socket, { scopes: 'onvif://www.onvif.org/name/nobody' });
    probe(socket, { scopes: `onvif://www.onvif.org/name/${encodeURIComponent(plans[1]!.name)}` });
    await answer;
    expect(heardAtAll.filter((text) => text.includes(endpointOf(plans[0]!)))).toEqual([]);
  });

  it('hears a camera come back and leave, and nothing from one without power', async () => {
    const group = await searcher(3702);
    const socket = await searcher(0);
    await cameras.setFault('w08', { down: true });
    await expect(fetch(urls[1]!)).rejects.toThrow();
    const everything: string[] = [];
    socket.on('message', (message) => everything.push(message.toString()));
    const present = heard(socket, endpointOf(plans[0]!));
    probe(socket);
    await present;
    const hello = heard(group, endpointOf(plans[1]!), 'Hello');
    await cameras.setFault('w08', { down: false });
    expect(await hello).toContain(urls[1]!.href);
    expect(everything.filter((text) => text.includes(endpointOf(plans[1]!)))).toEqual([]);
    const bye = heard(group, endpointOf(plans[0]!), 'Bye');
    await cameras.stop();
    await bye;
    await cameras.start();
  });
});
