import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../../streams/codec/codec-rules.ts';
import { parseAvcC } from '../../../streams/codec/h264.ts';
import { parseHvcC } from '../../../streams/codec/h265.ts';
import { ParameterSets, type ParameterSetKind } from '../../../streams/codec/parameter-sets.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

function setsOf(codec: 'h264' | 'h265', nals: Partial<Record<ParameterSetKind, string>>): ParameterSets {
  const sets = new ParameterSets();
  for (const [kind, nal] of Object.entries(nals) as [ParameterSetKind, string][]) {
    sets.put(kind, rulesOf(codec).parameterSetId(kind, hex(nal))!, hex(nal));
  }
  return sets;
}

describe('format of H.264', () => {
  it.each([
    [
      'baseline',
      { sps: '6742c016da0280bfe5c044000003000400000300783c58ba80', pps: '68ce0fc8' },
      'avc1.42c016',
      '0142c016ffe100196742c016da0280bfe5c044000003000400000300783c58ba8001000468ce0fc8',
    ],
    [
      'high, with the chroma fields',
      { sps: '6764001eace80b424d808800000300080000030190f8a155', pps: '68de0fc40c' },
      'avc1.64001e',
      '0164001effe100186764001eace80b424d808800000300080000030190f8a15501000568de0fc40cfdf8f800',
    ],
  ])('writes the record that other muxers write: %s', (_, nals, codecString, record) => {
    const format = rulesOf('h264').format(setsOf('h264', nals), null);
    expect(format?.codecString).toBe(codecString);
    expect(format?.description.toString('hex')).toBe(record);
  });

  it('prefers the announced rate to that of the parameter set', () => {
    const sets = setsOf('h264', { sps: '6742c016da0280bfe5c044000003000400000300783c58ba80', pps: '68ce0fc8' });
    expect(rulesOf('h264').format(sets, 12.5)?.fps).toBe(12.5);
    expect(rulesOf('h264').format(sets, null)?.fps).toBe(15);
  });

  it('is null while a set is missing or broken', () => {
    const sps = '6742c016da0280bfe5c044000003000400000300783c58ba80';
    expect(rulesOf('h264').format(setsOf('h264', { sps }), null)).toBeNull();
    expect(rulesOf('h264').format(setsOf('h264', { pps: '68ce0fc8' }), null)).toBeNull();
    expect(rulesOf('h264').format(setsOf('h264', { sps: '6742c016da', pps: '68ce0fc8' }), null)).toBeNull();
  });

  it('reads back its own record', () => {
    const nals = { sps: '6764001eace80b424d808800000300080000030190f8a155', pps: '68de0fc40c' };
    const record = rulesOf('h264').format(setsOf('h264', nals), null)!.description;
    expect(parseAvcC(record)).toEqual({
      lengthBytes: 4,
      sets: [hex(nals.sps), hex(nals.pps)],
    });
  });

  it('reads any record without failing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const parse of [parseAvcC, parseHvcC]) {
          for (const nal of parse(Uint8Array.from([1, ...bytes]))?.sets ?? []) expect(nal.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('format of H.265', () => {
  it.each([
    [
      'main',
      {
        vps: '40010c01ffff016000000300900000030000030078959409',
        sps: '420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84',
        pps: '4401c073c189',
      },
      'hvc1.1.6.L120.90',
      '01016000000090000000000078f000fcfdf8f800000f03a00001001840010c01ffff016000000300900000030000030078959409a10001002b420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84a2000100064401c073c189',
    ],
    [
      'main 10',
      {
        vps: '40010c01ffff02200000030090000003000003005d959409',
        sps: '42010102200000030090000003000003005da00280802d1cd4d965654a4c2f016808000003000800000300c840',
        pps: '4401c073c189',
      },
      'hvc1.2.4.L93.90',
      '0102200000009000000000005df000fcfdfafa00000f03a00001001840010c01ffff02200000030090000003000003005d959409a10001002d42010102200000030090000003000003005da00280802d1cd4d965654a4c2f016808000003000800000300c840a2000100064401c073c189',
    ],
  ])('writes the record that other muxers write: %s', (_, nals, codecString, record) => {
    const format = rulesOf('h265').format(setsOf('h265', nals), null);
    expect(format?.codecString).toBe(codecString);
    expect(format?.description.toString('hex')).toBe(record);
  });
});

describe('parameter sets', () => {
  it('count a revision only when something changed', () => {
    const sets = new ParameterSets();
    sets.put('sps', 0, hex('6701'));
    sets.put('sps', 0, hex('6701'));
    expect(sets.revision).toBe(1);
    sets.put('sps', 0, hex('6702'));
    expect(sets.revision).toBe(2);
    expect(sets.of('sps')).toEqual([hex('6702')]);
  });

  it('put the last seen first, as a camera goes back to sets it had before', () => {
    const sets = new ParameterSets();
    sets.put('sps', 0, hex('6701'));
    sets.put('sps', 1, hex('6702'));
    sets.put('sps', 0, hex('6701'));
    expect(sets.of('sps')).toEqual([hex('6701'), hex('6702')]);
  });

  it('stay few and small', () => {
    const sets = new ParameterSets();
    for (let id = 0; id < 1000; id += 1) sets.put('pps', id, Buffer.from([0x68, id & 255, id >> 8]));
    expect(sets.of('pps')).toHaveLength(16);
    sets.put('vps', 0, Buffer.alloc(5000));
    expect(sets.of('vps')).toHaveLength(0);
  });
});
