import { describe, expect, it } from 'vitest';
import { chooseTransport } from '../../../devices/simulators/camera/rtsp/transport.ts';

describe('the transport that is chosen from what a client offers', () => {
  it.each([
    ['RTP/AVP/TCP;unicast;interleaved=2-3', { kind: 'tcp', channels: [2, 3] }],
    ['RTP/AVP/TCP;unicast', { kind: 'tcp', channels: [0, 1] }],
    ['RTP/AVP;unicast;client_port=5000-5001', { kind: 'udp', ports: [5000, 5001] }],
    ['RTP/AVP/UDP;unicast;client_port=5000', { kind: 'udp', ports: [5000, 5001] }],
    ['RTP/AVP;multicast;client_port=5000-5001,RTP/AVP/TCP;interleaved=0-1', { kind: 'tcp', channels: [0, 1] }],
  ])('%s', (header, offer) => {
    expect(chooseTransport(header)).toEqual(offer);
  });

  it.each([
    '',
    'RTP/AVP;multicast',
    'RAW/RAW/UDP;unicast;client_port=1-2',
    'RTP/AVP;unicast',
    'RTP/AVP;client_port=0-1',
  ])('is none in "%s"', (header) => {
    expect(chooseTransport(header)).toBeNull();
  });
});
