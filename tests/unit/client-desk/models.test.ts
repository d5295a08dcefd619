import { describe, expect, it } from 'vitest';
import type { Terminal } from '#contract/terminals.ts';
import { modelsOf } from '../../../client/features/terminals/models.ts';

const terminal = (deviceId: string, firmware: string, change: Partial<Terminal> = {}): Terminal => ({
  ...{ hallId: 'hall-a', kind: 'caller', deviceId, windowId: null, name: '', model: 'QC-300', firmware },
  ...{ link: 'online', lastHeardAt: null, clockSkewMs: null, missingEvents: 0, keyIssuedAt: null },
  ...change,
});

describe('the list of models', () => {
  it('counts devices that are alike, the newest firmware first, and marks what is behind it', () => {
    const models = modelsOf([
      terminal('w01', '3.9.2'),
      terminal('w02', '3.10.0', { hallId: 'hall-b' }),
      terminal('w03', '3.10.0', { link: 'lost' }),
      terminal('w04', '1.0', { kind: 'screen', model: 'LS-640' }),
      terminal('w05', '', { model: '' }),
    ]);
    expect(
      models.map(({ model, firmware, devices, online, halls, isOlder }) => [
        model,
        firmware,
        devices,
        online,
        halls,
        isOlder,
      ]),
    ).toEqual([
      ['QC-300', '3.10.0', 2, 1, 2, false],
      ['QC-300', '3.9.2', 1, 1, 1, true],
      ['LS-640', '1.0', 1, 1, 1, false],
    ]);
  });
});
