import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../../streams/hub.ts';
import { MAX_GROUP_BYTES, MAX_GROUP_UNITS } from '../../../streams/picture-group.ts';
import { lend } from '../../helpers/lending-hub.ts';
import { format, RecordingViewer, state, unit } from './samples.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function openHub() {
  const counts: number[] = [];
  const hub = new Hub({ state, onViewers: (count) => counts.push(count) });
  const join = () => {
    const viewer = new RecordingViewer();
    return { heard: viewer.heard, leave: hub.join(viewer)! };
  };
  return { hub, counts, join };
}

describe('hub', () => {
  it('shows who joins the state, the format and the pictures since the last key frame, then goes on live', () => {
    const { hub, join } = openHub();
    hub.setFormat(format);
    for (const each of [unit(true, 1), unit(false, 2), unit(true, 3), unit(false, 4)]) hub.push(each);
    const { heard } = join();
    hub.push(unit(false, 5));
    expect(heard).toEqual(['live', 'avc1.42c016', 'key 3', 'delta 4', 'delta 5']);
  });

  it('replays the bytes that were lent to it, whatever came before and however large', () => {
    const bytes = fc.uint8Array({ maxLength: 40_000 });
    const push = fc.record({ key: fc.boolean(), bytes });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 40 }), (pushes) => {
        const { hub } = openHub();
        let group: string[] = [];
        for (const { key, bytes } of pushes) {
          lend({ ...unit(key, 0), data: Buffer.from(bytes) }, (lent) => hub.push(lent));
          if (key) group = [hex(bytes)];
          else if (group.length > 0) group.push(hex(bytes));
        }
        const replayed: string[] = [];
        const viewer = new RecordingViewer();
        viewer.onUnit = ({ data }) => void replayed.push(hex(data));
        hub.join(viewer);
        expect(replayed).toEqual(group);
      }),
    );
  });

  it('gives all viewers the same unit', () => {
    const { hub, join } = openHub();
    const viewers = [join(), join(), join()];
    hub.setFormat(format);
    hub.push(unit(true, 1));
    for (const { heard } of viewers) expect(heard).toEqual(['live', 'avc1.42c016', 'key 1']);
  });

  it('tells how many watch', () => {
    const { counts, join } = openHub();
    const first = join();
    const second = join();
    first.leave();
    first.leave();
    second.leave();
    expect(counts).toEqual([1, 2, 1, 0]);
  });

  it('forgets the pictures of before when the format changes or the stream breaks off', () => {
    const { hub, join } = openHub();
    hub.setFormat(format);
    hub.push(unit(true, 1));
    hub.setFormat({ ...format, codecString: 'avc1.64001f' });
    expect(join().heard).toEqual(['live', 'avc1.64001f']);
    hub.push(unit(true, 2));
    hub.clear();
    expect(join().heard).toEqual(['live']);
  });

  it('keeps no group without its key unit', () => {
    const { hub, join } = openHub();
    hub.push(unit(false, 1));
    expect(join().heard).toEqual(['live']);
  });

  it('keeps no group that is too large, and the next one again', () => {
    for (const [count, bytes] of [
      [2, MAX_GROUP_BYTES],
      [MAX_GROUP_UNITS + 1, 1],
    ] as const) {
      const { hub, join } = openHub();
      for (let i = 0; i < count; i += 1) hub.push(unit(i === 0, i, bytes));
      hub.push(unit(false, count));
      expect(join().heard).toEqual(['live']);
      hub.push(unit(true, count + 1));
      expect(join().heard).toEqual(['live', `key ${count + 1}`]);
    }
  });

  it('refuses viewers without number', () => {
    const { hub, join } = openHub();
    for (let i = 0; i < 1000; i += 1) join();
    expect(hub.join(new RecordingViewer())).toBeNull();
  });

  it('lets a viewer leave while it is told something', () => {
    const { hub, join } = openHub();
    const leaver = new RecordingViewer();
    const leave = hub.join(leaver)!;
    leaver.onUnit = () => leave();
    const { heard } = join();
    hub.push(unit(true, 1));
    hub.push(unit(false, 2));
    expect(heard).toEqual(['live', 'key 1', 'delta 2']);
  });

  it('sends everyone away when it closes', () => {
    const { hub, counts, join } = openHub();
    const { heard, leave } = join();
    hub.close('NOT_FOUND');
    leave();
    hub.push(unit(true, 1));
    expect(heard).toEqual(['live', 'end NOT_FOUND']);
    expect(hub.viewers).toBe(0);
    expect(counts).toEqual([1]);
  });
});
