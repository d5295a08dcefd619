import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import type { DiskReading } from '../../../server/features/storage/disk.ts';
import { VolumeWatch } from '../../../server/features/storage/volume-watch.ts';

const good: DiskReading = { ok: true, totalBytes: 100, freeBytes: 40 };
const away: DiskReading = { ok: false, status: 'away', code: 'VOLUME_AWAY', detail: 'no marker' };

describe('watching a volume', () => {
  let clock: ManualClock;
  let looks: PromiseWithResolvers<DiskReading>[];
  let watch: VolumeWatch;
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const answer = async (reading: DiskReading, afterMs = 0) => {
    clock.advance(afterMs);
    looks.at(-1)!.resolve(reading);
    await settle();
  };

  beforeEach(async () => {
    clock = new ManualClock(0);
    looks = [];
    watch = new VolumeWatch({
      clock,
      read: () => {
        looks.push(Promise.withResolvers());
        return looks.at(-1)!.promise;
      },
      onChange: () => undefined,
    });
    const started = watch.start();
    await answer(good);
    await started;
  });

  it('sees a disk go and come back', async () => {
    expect(watch.state).toMatchObject({ status: 'ok', freeBytes: 40 });
    clock.advance(5000);
    await answer(away);
    expect(watch.state).toMatchObject({ status: 'away', code: 'VOLUME_AWAY' });
    clock.advance(5000);
    await answer(good);
    expect(watch.state).toMatchObject({ status: 'ok', code: null });
  });

  it('takes a disk that does not answer for failed, and asks no second time meanwhile', async () => {
    clock.advance(5000);
    const asked = looks.length;
    clock.advance(60_000);
    expect(looks).toHaveLength(asked);
    expect(watch.state).toMatchObject({ status: 'failed', detail: 'no answer within 10 s' });
    await answer(good);
    expect(watch.state.status).toBe('ok');
  });

  it('calls a disk slow when it was so three times in a row', async () => {
    for (const [tookMs, status] of [
      [2500, 'ok'],
      [2500, 'ok'],
      [2500, 'slow'],
      [100, 'ok'],
      [2500, 'ok'],
    ] as const) {
      void watch.look();
      await answer(good, tookMs);
      expect(watch.state.status).toBe(status);
    }
  });

  it('believes a writer who failed until a look says else', async () => {
    watch.failed({ status: 'read-only', code: 'VOLUME_READ_ONLY', detail: 'EROFS' });
    expect(watch.state.status).toBe('read-only');
    await answer(good);
    expect(watch.state.status).toBe('ok');
  });
});
