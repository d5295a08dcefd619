import { describe, expect, it } from 'vitest';
import { hashKey, keyMatches, LEAST_KEY_LENGTH, newDeviceKey, printOf } from '#lib/device-key.ts';
import { aclFile, accountIn, passwordFile } from '../../../server/features/terminals/mosquitto-export.ts';

const address = { region: 'yunzhou', hall: 'zhongxin', kind: 'caller', device: 'w01' } as const;

describe('the key of a device', () => {
  it('is random, long enough, and known again by its hash alone', () => {
    const key = newDeviceKey();
    expect(key).toHaveLength(LEAST_KEY_LENGTH);
    expect(newDeviceKey()).not.toBe(key);
    const stored = hashKey(key);
    expect(stored).toMatch(/^\$7\$101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$/);
    expect(hashKey(key)).not.toBe(stored);
    expect(keyMatches(key, stored)).toBe(true);
    expect(keyMatches(Buffer.from(key), stored)).toBe(true);
    expect(keyMatches(`${key}x`, stored)).toBe(false);
    expect(keyMatches('', stored)).toBe(false);
    for (const broken of ['', 'x', '$7$101$AAAA', '$6$101$AAAA$BBBB']) expect(keyMatches(key, broken)).toBe(false);
  });

  it('matches what mosquitto_passwd wrote', () => {
    const written =
      '$7$101$fgy3ZZM42RAN7d1K$GTeI104ttU56OEclXHpGotUknmV/awEzvMw/QyJ1DV+8x+dAxzwQPGSBW/LVUODNO4Lv4YdqPRQuvVkzDplV2g==';
    expect(keyMatches('of the tester', written)).toBe(true);
    expect(keyMatches('of the taster', written)).toBe(false);
  });

  it('is compared by the beginning of its SHA-256', () => {
    expect(printOf('abc')).toBe('ba7816bf');
  });
});

describe('the export for Mosquitto', () => {
  it('lets a device write its own channels and read its commands, and the server the other way round', () => {
    const devices = [{ address, keyHash: '$7$101$salt$hash' }];
    const server = accountIn('mqtt://hallwatch:s%20p@broker:1883')!;
    expect(server.username).toBe('hallwatch');
    expect(keyMatches('s p', server.keyHash!)).toBe(true);
    expect(passwordFile(devices, server)).toBe(
      `hallwatch:${server.keyHash}\nyunzhou.zhongxin.caller.w01:$7$101$salt$hash\n`,
    );
    expect(aclFile(devices, server)).toBe(
      [
        'user hallwatch',
        'topic read gsh/v1/#',
        'topic write gsh/v1/+/+/+/+/cmd/#',
        'topic write gsh/v1/exchange/+/receipt',
        '',
        'user yunzhou.zhongxin.caller.w01',
        ...['status', 'meta', 'state', 'evt', 'tel', 'reply'].map(
          (channel) => `topic write gsh/v1/yunzhou/zhongxin/caller/w01/${channel}`,
        ),
        'topic read gsh/v1/yunzhou/zhongxin/caller/w01/cmd/+',
        '',
        '',
      ].join('\n'),
    );
    expect(accountIn('mqtt://broker:1883')).toBeNull();
    expect(passwordFile([], accountIn('mqtt://only-a-name@broker'))).toBe('');
  });
});
