import { describe, expect, it } from 'vitest';
import { isLocalPeer } from '../../../server/http/local-peer.ts';

describe('local peer', () => {
  it.each([
    ['127.0.0.1', { host: '127.0.0.1:8080' }, true],
    ['::1', { host: '[::1]:8080' }, true],
    ['::ffff:127.0.0.1', { host: 'localhost' }, true],
    ['192.168.1.7', { host: 'localhost:8080' }, false],
    ['127.0.0.1', { host: 'wall.example' }, false],
    ['127.0.0.1', { host: '127.0.0.1.evil.example:8080' }, false],
    ['127.0.0.1', { host: 'localhost:8080', 'x-forwarded-for': '10.0.0.1' }, false],
    ['127.0.0.1', { host: 'localhost:8080', forwarded: 'for=10.0.0.1' }, false],
    ['127.0.0.1', {}, false],
  ])('%s asking for %o: %s', (address, headers, local) => {
    expect(isLocalPeer(address, headers)).toBe(local);
  });
});
