import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/app-error.ts';
import { firstPlan, nextPlan, type PullEnd, type PullPlan } from '../../../streams/rtsp/pull-plan.ts';
import { readRtcp, receiverReport } from '../../../streams/rtsp/rtcp.ts';
import { offerTcp, offerUdp, readTransport } from '../../../streams/rtsp/transport.ts';

describe('Transport header', () => {
  const tcp = offerTcp(2);
  const udp = offerUdp({ rtp: 5000, rtcp: 5001 });

  it.each([
    ['', tcp, { kind: 'tcp', rtpChannel: 2, rtcpChannel: 3 }],
    ['RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1A', tcp, { kind: 'tcp', rtpChannel: 0, rtcpChannel: 1 }],
    ['RTP/AVP/TCP;unicast', tcp, { kind: 'tcp', rtpChannel: 2, rtcpChannel: 3 }],
    ['RTP/AVP;unicast;interleaved=4', tcp, { kind: 'tcp', rtpChannel: 4, rtcpChannel: 5 }],
    [
      'RTP/AVP;unicast;client_port=1-2;server_port=6970-6971',
      tcp,
      { kind: 'udp', cameraPorts: { rtp: 6970, rtcp: 6971 } },
    ],
    ['RTP/AVP/UDP;unicast;server_port=6970', udp, { kind: 'udp', cameraPorts: { rtp: 6970, rtcp: 6971 } }],
    ['RTP/AVP;unicast;server_port=0-1', udp, { kind: 'udp', cameraPorts: null }],
    ['RTP/AVP;unicast;server_port=99999-99999', udp, { kind: 'udp', cameraPorts: null }],
    ['', udp, { kind: 'udp', cameraPorts: null }],
  ])('%j to %s', (header, offer, transport) => {
    expect(readTransport(header, offer)).toEqual(transport);
  });
});

describe('the next way to a camera', () => {
  const address = { host: 'h', port: 554, uri: 'rtsp://h/' };
  const run = (...ends: PullEnd[]) => {
    let plan: PullPlan | AppError = firstPlan(address);
    const ways: string[] = [];
    for (const end of ends) {
      if (plan instanceof AppError) throw new Error('there is no further way');
      plan = nextPlan(plan, end);
      ways.push(plan instanceof AppError ? plan.code : `${plan.transport}${plan.sound ? '' : ' silent'}`);
    }
    return ways;
  };
  const closed: PullEnd = { how: 'closed-after-play' };
  const refused: PullEnd = { how: 'transport-refused', detail: '461' };

  it.each<[string, PullEnd[], string[]]>([
    ['UDP where TCP is refused', [refused], ['udp']],
    ['none where both are', [refused, refused], ['udp', 'CAMERA_PROTOCOL']],
    [
      'TCP once more where it closes after PLAY, then UDP, then none',
      [closed, closed, closed],
      ['tcp', 'udp', 'CAMERA_PROTOCOL'],
    ],
    ['the same without sound where it hangs up on that', [{ how: 'sound-refused' }], ['tcp silent']],
    [
      'elsewhere, three times',
      Array.from({ length: 4 }, () => ({ how: 'redirected', to: address }) as const),
      ['tcp', 'tcp', 'tcp', 'CAMERA_PROTOCOL'],
    ],
    ['none where it is over', [{ how: 'over', error: new AppError('CAMERA_SILENT') }], ['CAMERA_SILENT']],
  ])('is %s', (_, ends, ways) => {
    expect(run(...ends)).toEqual(ways);
  });
});

describe('receiver report', () => {
  const block = {
    source: 0x01020304,
    expected: 100,
    lost: 10,
    fractionLost: 25,
    cumulativeLost: -3,
    highestSequence: 65_700,
    jitter: 77,
    jitterMs: 1,
    lastReport: 0xdeadbeef,
    sinceLastReport: 65_536,
  };

  it('is laid out as RFC 3550, 6.4.2 has it, with a name behind it', () => {
    const packet = receiverReport(0xa0b0c0d0, block);
    expect(packet.toString('hex', 0, 32)).toBe(
      '81c90007a0b0c0d0' + '01020304' + '19fffffd' + '000100a4' + '0000004d' + 'deadbeef' + '00010000',
    );
    expect(packet.toString('hex', 32, 34)).toBe('81ca');
    expect(packet.length % 4).toBe(0);
    expect(packet.length).toBe(32 + 4 * (packet.readUInt16BE(34) + 1));
    expect(packet.at(-1)).toBe(0);
  });

  it('can be empty, and is read as nothing', () => {
    const packet = receiverReport(1, null);
    expect(packet.toString('hex', 0, 8)).toBe('80c9000100000001');
    const fail = () => expect.unreachable();
    readRtcp(packet, 0, packet.length, { senderReport: fail, goodbye: fail });
  });
});
