import { describe, expect, it } from 'vitest';
import { hostOf, isSameOrigin } from '../../../server/http/same-origin.ts';

describe('same origin', () => {
  it.each([
    ['our own page', { origin: 'http://wall.example:8080' }, true],
    ['our own page behind https', { origin: 'https://wall.example:8080', 'sec-fetch-site': 'same-origin' }, true],
    ['a program without a browser', {}, true],
    ['a bookmark', { 'sec-fetch-site': 'none' }, true],
    ['another site', { origin: 'https://evil.example' }, false],
    ['another port', { origin: 'http://wall.example:9090' }, false],
    ['a page without an origin of its own', { origin: 'null' }, false],
    ['a sister site', { 'sec-fetch-site': 'same-site' }, false],
    ['a link from elsewhere', { 'sec-fetch-site': 'cross-site' }, false],
  ])('judges %s', (_who, headers, same) => {
    expect(isSameOrigin(headers, 'wall.example:8080')).toBe(same);
  });

  it('asks the proxy for the host only where it is trusted', () => {
    const headers = { host: 'inner:8080', 'x-forwarded-host': 'wall.example, other' };
    expect(hostOf(headers, false)).toBe('inner:8080');
    expect(hostOf(headers, true)).toBe('wall.example');
    expect(hostOf({ host: 'inner:8080' }, true)).toBe('inner:8080');
    expect(hostOf({}, false)).toBe('');
  });
});
