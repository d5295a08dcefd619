import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { unguarded } from '#lib/credential-guard.ts';
import { silentLogger } from '#lib/logger.ts';
import { Hub } from '../../../streams/hub.ts';
import {
  AWAY_EVERY_MS,
  AWAY_PAUSE_MS,
  paceOf,
  RetryPace,
  STARTING_UP_ATTEMPTS,
  UNWELCOME_EVERY_MS,
} from '../../../streams/retry-pace.ts';
import { knock, KNOCK_EVERY_MS, KNOCK_WITHIN_MS, type Knockable } from '../../../streams/rtsp/knock.ts';
import { RtspHeaders, type RtspMessage } from '../../../streams/rtsp/message.ts';
import type { Source, SourceCode } from '../../../streams/source.ts';
import { SILENT_AFTER_MS, Supervisor } from '../../../streams/supervisor.ts';
import { format, state, unit } from './samples.ts';

const answer: RtspMessage = { status: 200, phrase: 'OK', headers: new RtspHeaders(), body: Buffer.alloc(0) };
const settle = () => new Promise((resolve) => setImmediate(resolve));
const never = () => new Promise<never>(() => undefined);
/** Of the three seconds in which a camera is to be live again, what its answers and its first key frame may take. */
const TALK_MS = 1250;
const STEP_MS = 50;

type Link = 'up' | 'swallowing' | 'no answer to SYN' | 'refusing';

/** A camera behind a link of the test: what is sent while the link is down never arrives. */
function openWorld(random: () => number) {
  const clock = new ManualClock(1_000_000);
  const world = { link: 'up' as Link, knocks: 0 };
  const open = (): Knockable => {
    world.knocks += 1;
    return {
      connect: () => {
        if (world.link === 'refusing') return Promise.reject(new AppError('CAMERA_UNREACHABLE', 'refused'));
        return world.link === 'no answer to SYN' ? never() : Promise.resolve();
      },
      request: () => (world.link === 'up' ? Promise.resolve(answer) : never()),
      destroy: () => undefined,
    };
  };
  const source: Source = {
    kind: 'rtsp',
    async run(sink, signal) {
      try {
        await knock({ open, uri: 'rtsp://camera/', clock, signal });
      } catch (error) {
        if (signal.aborted) return { reason: 'stopped' };
        return { reason: 'failed', code: (error as AppError).code as SourceCode, detail: 'd' };
      }
      sink.format(format);
      let pts = 0;
      const show = () => {
        if (world.link === 'up') sink.unit(unit(true, (pts += 100)));
      };
      show();
      const end = clock.every(100, show);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      end();
      return { reason: 'stopped' };
    },
  };
  const hub = new Hub({ state, onViewers: () => undefined });
  let status = 'idle';
  const supervisor = new Supervisor({
    hub,
    choice: 'rtsp',
    source: () => source,
    guard: unguarded,
    clock,
    log: silentLogger,
    onState: (change) => (status = change.status),
    random,
  });
  /** Lets time pass until this holds; answers how much. */
  const until = async (wanted: string, withinMs: number) => {
    for (let passed = 0; passed <= withinMs; passed += STEP_MS) {
      if (status === wanted) return passed;
      clock.advance(STEP_MS);
      await settle();
    }
    return expect.unreachable(`not ${wanted} within ${withinMs} ms`);
  };
  const wait = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      clock.advance(STEP_MS);
      await settle();
    }
  };
  return { world, supervisor, until, wait };
}

describe('a camera that is away', () => {
  const moments = Array.from({ length: 20 }, (_, i) => 300 * i + 50);

  it.each(['swallowing', 'no answer to SYN', 'refusing'] as const)(
    'is marked within 5 s and live again within 3 s, whatever the moment of its return (%s)',
    async (link) => {
      for (const random of [() => 0, () => 0.999]) {
        for (const moment of moments) {
          const { world, supervisor, until, wait } = openWorld(random);
          supervisor.want(true);
          await until('live', 1000);
          world.link = link;
          expect(await until('lost', 5000)).toBeLessThanOrEqual(SILENT_AFTER_MS + 500 + STEP_MS);
          await wait(moment);
          world.link = 'up';
          expect(await until('live', 3000)).toBeLessThanOrEqual(3000 - TALK_MS);
          await supervisor.stop();
        }
      }
    },
  );

  it.each(['swallowing', 'no answer to SYN', 'refusing'] as const)(
    'costs a knock a second at most (%s)',
    async (link) => {
      const { world, supervisor, wait } = openWorld(() => 0.5);
      world.link = link;
      supervisor.want(true);
      await wait(60_000);
      expect(world.knocks).toBeLessThanOrEqual(60_000 / (AWAY_EVERY_MS * 0.7));
      await supervisor.stop();
    },
  );
});

describe('a knock', () => {
  const run = (connections: Partial<Knockable>[]) => {
    const clock = new ManualClock(0);
    const opened: number[] = [];
    const destroyed: number[] = [];
    const abort = new AbortController();
    const answered = knock({
      open: () => {
        const index = opened.length;
        opened.push(clock.now());
        return {
          connect: () => Promise.resolve(),
          request: never,
          destroy: () => void destroyed.push(index),
          index,
          ...connections[index],
        };
      },
      uri: 'rtsp://camera/',
      clock,
      signal: abort.signal,
    });
    answered.catch(() => undefined);
    return { clock, opened, destroyed, abort, answered };
  };

  it('is repeated beside the first, and the one that is answered is taken, also the first', async () => {
    const late = Promise.withResolvers<RtspMessage>();
    const { clock, opened, destroyed, answered } = run([{ request: () => late.promise }]);
    clock.advance(2 * KNOCK_EVERY_MS);
    expect(opened).toEqual([0, KNOCK_EVERY_MS, 2 * KNOCK_EVERY_MS]);
    late.resolve(answer);
    expect((await answered).connection).toMatchObject({ index: 0 });
    expect(destroyed).toEqual([1, 2]);
    clock.advance(60_000);
    expect(opened).toHaveLength(3);
  });

  it.each([
    ['CAMERA_SILENT', {}],
    ['CAMERA_UNREACHABLE', { connect: never }],
  ] as const)('is given up in the end with %s', async (code, connection) => {
    const { clock, destroyed, answered } = run([connection, connection, connection]);
    await settle();
    clock.advance(KNOCK_WITHIN_MS);
    await expect(answered).rejects.toMatchObject({ code });
    expect(destroyed).toEqual([0, 1, 2]);
  });

  it('is not undone by a camera that refuses the second connection while it thinks about the first', async () => {
    const late = Promise.withResolvers<RtspMessage>();
    const refusal = () => Promise.reject(new AppError('CAMERA_UNREACHABLE', 'refused'));
    const { clock, answered } = run([{ request: () => late.promise }, { connect: refusal }]);
    clock.advance(KNOCK_EVERY_MS);
    await settle();
    late.resolve(answer);
    expect((await answered).connection).toMatchObject({ index: 0 });
  });

  it('ends with the first refusal, and at once when we stop', async () => {
    const refused = run([{ connect: () => Promise.reject(new AppError('CAMERA_UNREACHABLE', 'refused')) }]);
    await expect(refused.answered).rejects.toMatchObject({ details: 'refused' });
    const stopped = run([]);
    stopped.abort.abort();
    await expect(stopped.answered).rejects.toMatchObject({ details: 'closed by us' });
    expect(stopped.destroyed).toEqual([0]);
  });
});

describe('pace of attempts', () => {
  it.each<[SourceCode, string]>([
    ['CAMERA_UNREACHABLE', 'away'],
    ['CAMERA_SILENT', 'away'],
    ['CAMERA_CREDENTIALS_REFUSED', 'refused'],
    ['CAMERA_UNAUTHORIZED', 'unwelcome'],
    ['CAMERA_PROTOCOL', 'trouble'],
    ['CAMERA_NO_STREAM', 'trouble'],
    ['CAMERA_CODEC_UNSUPPORTED', 'trouble'],
    ['FFMPEG_MISSING', 'trouble'],
  ])('after %s is that of a camera that is %s', (code, pace) => {
    expect(paceOf(code)).toBe(pace);
  });

  it('stays quick while a camera that was away starts up, and only so long', () => {
    const pace = new RetryPace(() => 0);
    pace.pause('away', 0);
    for (let i = 0; i < STARTING_UP_ATTEMPTS; i += 1) expect(pace.pause('trouble', 100)).toBe(AWAY_EVERY_MS - 100);
    expect([pace.pause('trouble', 0), pace.pause('trouble', 0)]).toEqual([1000, 2000]);
  });

  it('is slow and even where we are not let in', () => {
    const pace = new RetryPace(() => 0);
    expect([pace.pause('trouble', 0), pace.pause('trouble', 0)]).toEqual([1000, 2000]);
    expect(pace.pause('unwelcome', 0)).toBe(UNWELCOME_EVERY_MS);
    expect(pace.pause('away', 100)).toBe(AWAY_EVERY_MS - 100);
    expect(pace.pause('away', 60_000)).toBe(AWAY_PAUSE_MS);
    expect(pace.pause('unwelcome', 0)).toBe(UNWELCOME_EVERY_MS);
  });
});
