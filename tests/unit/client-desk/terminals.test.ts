import { describe, expect, it } from 'vitest';
import type { Terminal, UnknownTerminal } from '../../../server/contract/terminals.ts';
import {
  blankTerminal,
  byNeed,
  checkTerminal,
  draftOfUnknown,
  isMeant,
  skewText,
} from '../../../client/features/terminals/terminal-draft.ts';

const terminal = (deviceId: string, link: Terminal['link'] = 'online'): Terminal => ({
  hallId: 'civic',
  kind: 'caller',
  deviceId,
  windowId: null,
  name: '',
  model: '',
  firmware: '',
  link,
  lastHeardAt: null,
  clockSkewMs: null,
  missingEvents: 0,
  keyIssuedAt: null,
});

describe('terminals', () => {
  it('are found by any of what is said of them, in any order', () => {
    const texts = ['Xicheng Tax Hall', '03', 'Caller', 'Online', 'w03', '', 'QC-300', '3.2.1'];
    expect(['', ' ', 'caller xicheng', 'W03', 'qc-300 3.2'].map((search) => isMeant(search, texts))).toEqual(
      Array(5).fill(true),
    );
    expect(['screen', 'xicheng w04'].map((search) => isMeant(search, texts))).toEqual([false, false]);
  });

  it('are registered once in their hall and kind', () => {
    const draft = { ...blankTerminal('civic'), deviceId: 'w01' };
    expect(checkTerminal(draft, [terminal('w01')])).toMatchObject({ fields: { deviceId: { key: 'duplicate' } } });
    expect(checkTerminal({ ...draft, kind: 'screen' }, [terminal('w01')])).toMatchObject({ ok: true });
    expect(checkTerminal({ ...draft, deviceId: 'W 1' }, [])).toMatchObject({ fields: { deviceId: { key: 'slug' } } });
  });

  it('are registered at the window after which they are named', () => {
    const unknown = (deviceId: string): UnknownTerminal => ({
      regionId: 'r',
      hallId: 'civic',
      kind: 'rater',
      deviceId,
      firstHeardAt: '2026-11-23T08:00:00Z',
      lastHeardAt: '2026-11-23T08:00:00Z',
      messages: 1,
      keyPrint: null,
      refused: false,
    });
    const windowOf = (deviceId: string) => draftOfUnknown(unknown(deviceId), ['w01', 'w02']).windowId;
    expect(windowOf('w02')).toBe('w02');
    expect(windowOf('rater-w01')).toBe('w01');
    expect(windowOf('w1')).toBeNull();
  });

  it('that need someone stand first', () => {
    const list = [terminal('w10'), terminal('w2'), terminal('w3', 'never-heard'), terminal('w9', 'lost')];
    expect(list.toSorted(byNeed).map(({ deviceId }) => deviceId)).toEqual(['w9', 'w3', 'w2', 'w10']);
  });

  it('show how far their clock is off', () => {
    expect([8340, -61_000, 0].map(skewText)).toEqual(['+8.3 s', '−61.0 s', '+0.0 s']);
  });
});
