import { describe, expect, it } from 'vitest';
import { cameraUsage, parseCameraCommand } from '../../../devices/simulators/camera/command.ts';
import { noFault } from '../../../devices/simulators/camera/model.ts';

describe('a typed line', () => {
  it.each([
    ['fault w07 refusesTransport tcp', { kind: 'fault', camera: 'w07', fault: { refusesTransport: 'tcp' } }],
    ['fault w07 refusesTransport off', { kind: 'fault', camera: 'w07', fault: { refusesTransport: null } }],
    [' fault  w07 clockJumpMs -7200000', { kind: 'fault', camera: 'w07', fault: { clockJumpMs: -7_200_000 } }],
    ['fault w07 frozenEncoder on', { kind: 'fault', camera: 'w07', fault: { frozenEncoder: true } }],
    ['reboot w07 12', { kind: 'reboot', camera: 'w07', seconds: 12 }],
    ['trigger w07 motion off', { kind: 'trigger', camera: 'w07', trigger: 'motion', active: false }],
    ['fault w07 packetLoss 2', null],
    ['fault w07 constructor on', null],
    ['fault w07 down', null],
    ['reboot w07', null],
    ['walk-off zhongxin w03 60', null],
  ])('%s', (line, command) => {
    expect(parseCameraCommand(line)).toEqual(command);
  });

  it('can break everything that can break', () => {
    for (const name of Object.keys(noFault)) expect(cameraUsage.join('\n')).toContain(` ${name} `);
  });
});
