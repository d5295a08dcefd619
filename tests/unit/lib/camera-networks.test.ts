import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#contract/errors.ts';
import { CameraNetworks, isNetwork, PRIVATE_NETWORKS } from '#lib/camera-networks.ts';

const expectCode = (answer: Promise<unknown>, code: ErrorCode) => expect(answer).rejects.toMatchObject({ code });

const byDefault = new CameraNetworks(PRIVATE_NETWORKS, () => ['192.168.1.10', 'fd00::10', '127.0.0.1', '::1']);
const onThisMachine = new CameraNetworks(['127.0.0.0/8'], () => ['127.0.0.1']);

describe('where cameras may live', () => {
  it.each(['10.0.0.1', '172.16.0.1', '172.31.255.254', '192.168.1.64', '100.64.0.1', 'fd12:3456::1', '[fd12::1]'])(
    'by default at %s',
    (address) => expect(byDefault.allows(address)).toBe(true),
  );

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.1.2.3'],
    ['loopback in IPv6', '::1'],
    ['loopback in IPv6 clothes', '::ffff:127.0.0.1'],
    ['the same in hexadecimal', '::ffff:7f00:1'],
    ['the same in full', '0:0:0:0:0:ffff:7f00:0001'],
    ['this machine by its own address', '192.168.1.10'],
    ['the same in IPv6 clothes', '::ffff:c0a8:10a'],
    ['this machine by its own IPv6 address', 'fd00:0::0010'],
    ['link-local', '169.254.1.1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['what a cloud tells of itself', '169.254.169.254'],
    ['the same elsewhere', '100.100.100.200'],
    ['the same in IPv6', 'fd00:ec2::254'],
    ['nowhere', '0.0.0.0'],
    ['a neighbour of a private network', '172.32.0.1'],
    ['the internet', '203.0.113.9'],
    ['NAT64 of loopback', '64:ff9b::7f00:1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['an address in octal', '0177.0.0.1'],
    ['an address in hexadecimal', '0x7f000001'],
    ['an address as one number', '2130706433'],
    ['a name', 'camera.example'],
    ['nothing', ''],
  ])('not at %s: %s', (_what, address) => expect(byDefault.allows(address)).toBe(false));

  it('takes private addresses in IPv6 clothes for what they are', () => {
    expect(byDefault.allows('::ffff:192.168.1.64')).toBe(true);
  });

  it('allows link-local where it is named, and metadata even then not', () => {
    const named = new CameraNetworks(['169.254.0.0/16', 'fe80::/10', '0.0.0.0/0']);
    expect(named.allows('169.254.1.1')).toBe(true);
    expect(named.allows('fe80::1%eth0')).toBe(true);
    expect(named.allows('169.254.169.254')).toBe(false);
    expect(named.allows('::ffff:a9fe:a9fe')).toBe(false);
  });

  it('allows this machine where loopback is named', () => {
    expect(onThisMachine.allows('127.0.0.1')).toBe(true);
    expect(onThisMachine.allows('10.0.0.1')).toBe(false);
  });
});

describe('names', () => {
  it.each(['localhost', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::ffff:127.0.0.1]'])(
    'are judged by the address behind them: %s',
    async (host) => {
      await expectCode(byDefault.resolve(host), 'CAMERA_ADDRESS_FORBIDDEN');
    },
  );

  it('give the address that was judged', async () => {
    expect(await onThisMachine.resolve('2130706433')).toBe('127.0.0.1');
  });

  it('that lead nowhere are unreachable', async () => {
    await expectCode(byDefault.resolve('no-such-camera.invalid'), 'CAMERA_UNREACHABLE');
  });

  it('tell the setting', async () => {
    await expect(byDefault.resolve('127.0.0.1')).rejects.toThrow('HALLWATCH_CAMERA_NETWORKS');
  });
});

it.each([
  ['192.168.0.0/16', true],
  ['192.168.1.64', true],
  ['fd00::/8', true],
  ['192.168.0.0/33', false],
  ['fd00::/129', false],
  ['192.168.0/16', false],
  ['camera.example', false],
  ['', false],
])('%s is a network: %s', (text, answer) => expect(isNetwork(text)).toBe(answer));
