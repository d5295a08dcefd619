import { beforeEach, describe, expect, it } from 'vitest';
import type { StreamState } from '#contract/cameras.ts';
import { ManualClock } from '#lib/clock.ts';
import { LossWatch } from '../../../server/features/cameras/loss-watch.ts';

const SILENT = { code: 'CAMERA_SILENT', detail: null } as const;
const GONE = { code: 'CAMERA_UNREACHABLE', detail: 'ECONNREFUSED' } as const;

describe('a watch over streams, 15 s', () => {
  let clock: ManualClock;
  let watch: LossWatch;
  let told: string[];

  beforeEach(() => {
    clock = new ManualClock(0);
    told = [];
    watch = new LossWatch({
      clock,
      afterMs: 15_000,
      onLost: ({ cameraId, role, code }) => told.push(`${clock.now()} ${cameraId}/${role} ${code}`),
      onBack: ({ cameraId, role }) => told.push(`${clock.now()} ${cameraId}/${role} back`),
    });
  });

  function see(status: StreamState['status'], more: Partial<StreamState> = {}): void {
    const state = {
      cameraId: 'c1',
      role: 'sub',
      status,
      since: new Date(0).toISOString(),
      source: null,
      code: null,
      detail: null,
    } as const;
    watch.observe({ ...state, ...more });
  }

  it('says nothing of a stumble', () => {
    see('lost', GONE);
    clock.advance(14_999);
    see('live');
    clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it('counts attempts to reconnect as loss, and tells the last reason', () => {
    see('lost', GONE);
    for (let i = 0; i < 4; i += 1) {
      clock.advance(4000);
      see('connecting');
      see('lost', i < 3 ? SILENT : GONE);
    }
    see('lost', GONE);
    see('live');
    expect(told).toEqual(['15000 c1/sub CAMERA_SILENT', '16000 c1/sub CAMERA_UNREACHABLE', '16000 c1/sub back']);
  });

  it('keeps main and sub apart', () => {
    see('lost', GONE);
    see('lost', { ...GONE, role: 'main' });
    see('idle', { role: 'main' });
    clock.advance(15_000);
    expect(told).toEqual(['15000 c1/sub CAMERA_UNREACHABLE']);
    expect([watch.isLost('c1'), watch.isLost('c1', 'sub'), watch.isLost('c1', 'main'), watch.isLost('c2')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('says nothing more of a camera that is forgotten, or after its end', () => {
    see('lost', GONE);
    watch.forget('c1');
    see('lost', { ...GONE, cameraId: 'c2' });
    watch.stop();
    clock.advance(60_000);
    see('live');
    expect(told).toEqual([]);
  });
});
