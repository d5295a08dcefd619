import { expect, test } from 'vitest';
import { cleanDay } from '../../bench/diagnosis/clean-day.ts';
import { windowStage } from '../../bench/diagnosis/scenes.ts';
import { Coding, Lab } from '../../helpers/picture-lab.ts';

/** Every 60th look; all 17,280 of them are in the bench. */
test('a day with a crowd, lunch and lights off, at a camera nobody has confirmed anything of, raises nothing', async () => {
  const stage = windowStage(2, 1.5);
  const lab = new Lab([stage.scene], Date.parse('2026-11-25T16:00:00Z'));
  const coding = new Coding();
  coding.start();
  try {
    expect(await cleanDay(stage, lab, coding, 60)).toEqual({ looks: 288, raised: [] });
  } finally {
    await Promise.all([coding.stop(), lab.stop()]);
  }
}, 120_000);
