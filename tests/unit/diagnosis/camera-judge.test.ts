import { describe, expect, test, vi } from 'vitest';
import {
  dimmed,
  withFault,
  withSun,
  type PictureFaultKind,
} from '../../../devices/simulators/camera/picture/faults.ts';
import { CameraJudge, type Circumstances } from '../../../streams/diagnosis/camera-judge.ts';
import type { Picture } from '../../../streams/diagnosis/picture.ts';
import { room, size } from '../../helpers/picture.ts';

// Whole pictures are judged, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const EVERY = 5000;
const HALF_MINUTE = 30_000;

/** Looks on end, from one time on; answers the faults raised at the end. */
function looks(
  judge: CameraJudge,
  count: number,
  from: number,
  of: (index: number) => Picture,
  { every = EVERY, ...rest }: Partial<Circumstances> & { every?: number } = {},
) {
  let raised: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { faults } = judge.look(of(index), { at: from + index * every, open: true, moving: false, ...rest });
    raised = (faults ?? []).map(({ fault }) => fault);
  }
  return raised;
}

/** Somebody else stands somewhere else at every look. */
const living = (seed: number) => (index: number) => seen(seed, index % 3);
const seen = remembered((seed: number, index: number) =>
  room(seed, { person: index + 1, clock: index, noise: 1.5, noiseSeed: index + 1 }),
);

function remembered(make: (seed: number, index: number) => Picture): (seed: number, index: number) => Picture {
  const made = new Map<string, Picture>();
  return (seed, index) => {
    const key = `${seed}/${index}`;
    const picture = made.get(key) ?? make(seed, index);
    made.set(key, picture);
    return picture;
  };
}

function knowing(seed: number): CameraJudge {
  const judge = new CameraJudge();
  expect(judge.setReference('day', room(seed, { noise: 1.5 }))).toBe(true);
  return judge;
}

describe.each<PictureFaultKind>(['black', 'over-exposed', 'blurred', 'covered', 'colour-cast', 'moved', 'noise'])(
  'a picture that is %s',
  (fault) => {
    test.each([0, 1])('is found at strength %s within 25 s, and is over within 15 s', (strength) => {
      const judge = knowing(3);
      expect(looks(judge, 3, 0, living(3))).toEqual([]);
      const made = remembered((seed, index) => withFault(living(seed)(index), size, fault, strength, 40));
      const faulty = (index: number) => made(3, index % 3);
      expect(looks(judge, 6, 20_000, faulty)).toEqual([fault]);
      expect(looks(judge, 4, 60_000, living(3))).toEqual([]);
    });
  },
);

test('a black picture is found within 10 s, without any reference', () => {
  const judge = new CameraJudge();
  const black = () => withFault(room(1), size, 'black', 0.5);
  expect(looks(judge, 2, 0, black)).toEqual(['black']);
});

test('people, dimmed lights, a patch of sun and somebody before the camera for a moment are no faults', () => {
  const judge = knowing(5);
  expect(looks(judge, 10, 0, living(5))).toEqual([]);
  expect(looks(judge, 6, 100_000, (index) => dimmed(living(5)(index), size, 0.5))).toEqual([]);
  expect(looks(judge, 6, 200_000, (index) => withSun(living(5)(index), size, 0.12, 3))).toEqual([]);
  expect(looks(judge, 2, 300_000, (index) => withFault(living(5)(index), size, 'covered', 0.2))).toEqual([]);
  expect(looks(judge, 2, 310_000, living(5))).toEqual([]);
});

test('a hall with its lights off is compared with its own reference', () => {
  const dark = (index: number) => dimmed(room(7, { clock: index, noise: 2, noiseSeed: index + 1 }), size, 0.15);
  const judge = knowing(7);
  judge.setReference('lights-off', dark(0));
  expect(looks(judge, 8, 0, dark, { open: false })).toEqual([]);
  expect(looks(judge, 5, 200_000, (index) => withFault(dark(index), size, 'black', 0.5), { open: false })).toEqual([
    'black',
  ]);
});

describe('a frozen picture', () => {
  test('is found though its clock goes on, as the noise of the sensor is gone', () => {
    const judge = knowing(9);
    looks(judge, 10, 0, living(9));
    expect(looks(judge, 7, 100_000, (index) => room(9, { person: 4, clock: index, noise: 1.5, noiseSeed: 1 }))).toEqual(
      ['frozen'],
    );
    expect(looks(judge, 4, 140_000, living(9))).toEqual([]);
  });

  test('without noise to go by, is found in an open hall after three minutes and never in a closed one', () => {
    const view = room(9, { person: 4 });
    const still = () => view;
    expect(looks(knowing(9), 7, 0, still, { every: HALF_MINUTE })).toEqual([]);
    expect(looks(knowing(9), 9, 0, still, { every: HALF_MINUTE })).toEqual(['frozen']);
    expect(looks(knowing(9), 20, 0, still, { open: false, every: HALF_MINUTE })).toEqual([]);
  });

  test('is not what a quiet scene with noise is', () => {
    const quietly = remembered((seed, index) => room(seed, { person: 4, clock: index, noise: 1.5, noiseSeed: index }));
    const quiet = (index: number) => quietly(9, index % 7);
    const judge = knowing(9);
    looks(judge, 10, 0, living(9));
    expect(looks(judge, 20, 100_000, quiet, { every: HALF_MINUTE })).toEqual([]);
  });
});

test('a camera that is moved on purpose is not judged until its picture has settled', () => {
  const judge = knowing(3);
  const turned = withFault(room(3), size, 'moved', 0.5);
  const look = (at: number, moving: boolean) => judge.look(turned, { at, open: true, moving }).faults;
  expect(look(0, true)).toBeNull();
  expect(look(5000, false)).toBeNull();
  expect(look(10_000, false)).toEqual([]);
});

test('without a reference one is learnt in a minute of looks, and people leave no trace in it', () => {
  const judge = new CameraJudge();
  const learnt = Array.from({ length: 12 }, (_, index) =>
    judge.look(living(11)(index), { at: index * EVERY, open: true, moving: false }),
  ).map((judgement) => judgement.learnt);
  expect(learnt.slice(0, 11).every((each) => each === null)).toBe(true);
  expect(learnt[11]?.light).toBe('day');
  expect(looks(judge, 6, 100_000, (index) => withFault(living(11)(index), size, 'moved', 0.3, 2))).toEqual(['moved']);
});

test('what was raised before a restart stays raised until a picture says else', () => {
  const judge = new CameraJudge([{ fault: 'covered', since: 5, confidence: 0.9 }]);
  judge.setReference('day', room(3));
  const covered = withFault(room(3), size, 'covered', 0.8);
  expect(judge.look(covered, { at: 10_000, open: true, moving: false }).faults).toMatchObject([
    { fault: 'covered', since: 5 },
  ]);
  expect(looks(judge, 4, 20_000, living(3))).toEqual([]);
});
