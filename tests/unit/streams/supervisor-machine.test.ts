import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import type { SourceCode, SourceKind } from '../../../streams/source.ts';
import {
  describe as describeState,
  FIRST_TRIAL_MS,
  initialState,
  LONGEST_TRIAL_MS,
  step,
  type Phase,
  type SourceChoice,
  type SupervisorEffect,
  type SupervisorInput,
  type SupervisorState,
} from '../../../streams/supervisor-machine.ts';

const wanted: SupervisorInput = { type: 'wanted' };
const unwanted: SupervisorInput = { type: 'unwanted' };
const retry: SupervisorInput = { type: 'retry' };
const picture = (source: SourceKind): SupervisorInput => ({ type: 'picture', source });
const failed = (source: SourceKind, code: SourceCode): SupervisorInput => ({
  type: 'failed',
  source,
  code,
  detail: 'd',
});
const timer = (name: 'linger' | 'settled' | 'trial'): SupervisorInput => ({ type: 'timer', timer: name });

/** Plays inputs from the beginning; answers the last state and the effects of the last input. */
function play(choice: SourceChoice, ...inputs: SupervisorInput[]) {
  let state = initialState(choice);
  let effects: readonly SupervisorEffect[] = [];
  for (const input of inputs) [state, effects] = step(state, input);
  return { state, effects };
}

const lost = (code: SourceCode, source: SourceKind | null = null): Phase => ({
  name: 'lost',
  source,
  code,
  detail: 'd',
});
const wait = { do: 'retry-later', pace: 'away' };

describe('supervisor machine', () => {
  it.each<[string, SourceChoice, SupervisorInput[], Phase, object[]]>([
    ['starts when wanted', 'auto', [wanted], { name: 'connecting', source: 'rtsp' }, [{ do: 'run', source: 'rtsp' }]],
    [
      'starts with ffmpeg where that was chosen',
      'ffmpeg',
      [wanted],
      { name: 'connecting', source: 'ffmpeg' },
      [{ do: 'run', source: 'ffmpeg' }],
    ],
    [
      'is live with the first picture',
      'auto',
      [wanted, picture('rtsp')],
      { name: 'live', source: 'rtsp', trial: false },
      [{ do: 'start-timer', timer: 'settled' }],
    ],
    [
      'forgets failures once it has been live for a while',
      'auto',
      [wanted, picture('rtsp'), timer('settled')],
      { name: 'live', source: 'rtsp', trial: false },
      [{ do: 'forget-failures' }],
    ],
    [
      'waits after a failed attempt',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_UNREACHABLE')],
      lost('CAMERA_UNREACHABLE'),
      [wait],
    ],
    [
      'waits for a person after a refused password',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_CREDENTIALS_REFUSED')],
      lost('CAMERA_CREDENTIALS_REFUSED'),
      [{ do: 'await-leave' }],
    ],
    [
      'stays lost while it tries again',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_SILENT'), retry],
      lost('CAMERA_SILENT', 'rtsp'),
      [{ do: 'run', source: 'rtsp' }],
    ],
    [
      'clears the hub when a live stream breaks off',
      'auto',
      [wanted, picture('rtsp'), failed('rtsp', 'CAMERA_SILENT')],
      lost('CAMERA_SILENT'),
      [{ do: 'cancel-timer', timer: 'settled' }, { do: 'clear-hub' }, wait],
    ],
    [
      'tries rtsp once more after one garbled answer',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_PROTOCOL'), retry],
      lost('CAMERA_PROTOCOL', 'rtsp'),
      [{ do: 'run', source: 'rtsp' }],
    ],
    [
      'falls back after the second',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_PROTOCOL'), retry, failed('rtsp', 'CAMERA_PROTOCOL'), retry],
      lost('CAMERA_PROTOCOL', 'ffmpeg'),
      [{ do: 'run', source: 'ffmpeg' }],
    ],
    [
      'falls back at once from a codec it cannot read',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_CODEC_UNSUPPORTED'), retry],
      lost('CAMERA_CODEC_UNSUPPORTED', 'ffmpeg'),
      [{ do: 'run', source: 'ffmpeg' }],
    ],
    [
      'does not fall back where rtsp was chosen',
      'rtsp',
      [wanted, failed('rtsp', 'CAMERA_CODEC_UNSUPPORTED'), retry],
      lost('CAMERA_CODEC_UNSUPPORTED', 'rtsp'),
      [{ do: 'run', source: 'rtsp' }],
    ],
    [
      'does not fall back from an unreachable camera',
      'auto',
      [
        wanted,
        failed('rtsp', 'CAMERA_PROTOCOL'),
        retry,
        failed('rtsp', 'CAMERA_UNREACHABLE'),
        retry,
        failed('rtsp', 'CAMERA_PROTOCOL'),
        retry,
      ],
      lost('CAMERA_PROTOCOL', 'rtsp'),
      [{ do: 'run', source: 'rtsp' }],
    ],
    [
      'plans a trial of rtsp while the fallback carries the stream',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_CODEC_UNSUPPORTED'), retry, picture('ffmpeg')],
      { name: 'live', source: 'ffmpeg', trial: false },
      [
        { do: 'start-timer', timer: 'settled' },
        { do: 'start-timer', timer: 'trial', ms: LONGEST_TRIAL_MS },
      ],
    ],
    [
      'plans none where ffmpeg was chosen',
      'ffmpeg',
      [wanted, picture('ffmpeg')],
      { name: 'live', source: 'ffmpeg', trial: false },
      [{ do: 'start-timer', timer: 'settled' }],
    ],
    [
      'goes back to rtsp when the fallback never showed a picture',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_CODEC_UNSUPPORTED'), retry, failed('ffmpeg', 'FFMPEG_MISSING'), retry],
      lost('FFMPEG_MISSING', 'rtsp'),
      [{ do: 'run', source: 'rtsp' }],
    ],
    [
      'stays with the fallback that had pictures',
      'auto',
      [
        wanted,
        failed('rtsp', 'CAMERA_CODEC_UNSUPPORTED'),
        retry,
        picture('ffmpeg'),
        failed('ffmpeg', 'CAMERA_SILENT'),
        retry,
      ],
      lost('CAMERA_SILENT', 'ffmpeg'),
      [{ do: 'run', source: 'ffmpeg' }],
    ],
    [
      'lingers when nobody watches any more',
      'auto',
      [wanted, picture('rtsp'), unwanted],
      { name: 'live', source: 'rtsp', trial: false },
      [{ do: 'start-timer', timer: 'linger' }],
    ],
    [
      'goes on when somebody comes back in time',
      'auto',
      [wanted, picture('rtsp'), unwanted, wanted],
      { name: 'live', source: 'rtsp', trial: false },
      [{ do: 'cancel-timer', timer: 'linger' }],
    ],
    [
      'lets go of the camera after that',
      'auto',
      [wanted, picture('rtsp'), unwanted, timer('linger')],
      { name: 'idle' },
      [
        { do: 'cancel-retry' },
        { do: 'cancel-timer', timer: 'linger' },
        { do: 'cancel-timer', timer: 'settled' },
        { do: 'cancel-timer', timer: 'trial' },
        { do: 'clear-hub' },
        { do: 'halt', source: 'rtsp' },
      ],
    ],
    [
      'does not hurry back to a camera that refused the password',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_CREDENTIALS_REFUSED'), unwanted, timer('linger'), wanted],
      lost('CAMERA_CREDENTIALS_REFUSED'),
      [],
    ],
    [
      'does so when the pause is over',
      'auto',
      [wanted, failed('rtsp', 'CAMERA_UNAUTHORIZED'), unwanted, timer('linger'), retry, wanted],
      { name: 'connecting', source: 'rtsp' },
      [{ do: 'run', source: 'rtsp' }],
    ],
    [
      'ignores what comes late while idle',
      'auto',
      [picture('rtsp'), failed('rtsp', 'CAMERA_SILENT'), retry, timer('settled')],
      { name: 'idle' },
      [],
    ],
  ])('%s', (_, choice, inputs, phase, effects) => {
    const end = play(choice, ...inputs);
    expect(end.state.phase).toEqual(phase);
    expect(end.effects).toEqual(effects);
  });

  describe('trial of rtsp beside the fallback', () => {
    const onFallback = [wanted, failed('rtsp', 'CAMERA_CODEC_UNSUPPORTED'), retry, picture('ffmpeg'), timer('trial')];

    it('runs both', () => {
      const { state, effects } = play('auto', ...onFallback);
      expect(state.phase).toEqual({ name: 'live', source: 'ffmpeg', trial: true });
      expect(effects).toEqual([{ do: 'run', source: 'rtsp' }]);
    });

    it('hands over with the first picture of rtsp', () => {
      const { state, effects } = play('auto', ...onFallback, picture('rtsp'));
      expect(state).toMatchObject({ phase: { name: 'live', source: 'rtsp', trial: false }, next: 'rtsp' });
      expect(effects).toContainEqual({ do: 'halt', source: 'ffmpeg' });
    });

    it('stays with the fallback when rtsp fails, and tries again later', () => {
      const { state, effects } = play('auto', ...onFallback, failed('rtsp', 'CAMERA_PROTOCOL'));
      expect(state.phase).toEqual({ name: 'live', source: 'ffmpeg', trial: false });
      expect(effects).toEqual([{ do: 'start-timer', timer: 'trial', ms: LONGEST_TRIAL_MS }]);
    });

    it('comes soon after garbled answers, as of a camera that starts up, then ever more rarely', () => {
      const garbled = failed('rtsp', 'CAMERA_PROTOCOL');
      const onGarbled = [wanted, garbled, retry, garbled, retry, picture('ffmpeg')];
      const trial = (ms: number) => ({ do: 'start-timer', timer: 'trial', ms });
      expect(play('auto', ...onGarbled).effects).toContainEqual(trial(FIRST_TRIAL_MS));
      const inputs = [...onGarbled];
      const pauses = Array.from({ length: 7 }, () => {
        inputs.push(timer('trial'), garbled);
        return play('auto', ...inputs).effects;
      });
      const minutes = [2, 4, 8, 16, 32, 45, 45].map((times) => [trial(times * FIRST_TRIAL_MS)]);
      expect(pauses).toEqual(minutes);
      const back = [...inputs, timer('trial'), picture('rtsp')];
      expect(play('auto', ...back).state.trialMs).toBe(LONGEST_TRIAL_MS);
      expect(play('auto', ...back, timer('settled')).state.trialMs).toBe(FIRST_TRIAL_MS);
    });

    it('ends with the fallback', () => {
      const { state, effects } = play('auto', ...onFallback, failed('ffmpeg', 'CAMERA_SILENT'));
      expect(state.phase).toEqual(lost('CAMERA_SILENT'));
      expect(effects).toContainEqual({ do: 'halt', source: 'rtsp' });
    });
  });

  it('says in the words of the contract how it is', () => {
    const say = (...inputs: SupervisorInput[]) => describeState(play('auto', ...inputs).state);
    expect(say()).toEqual({ status: 'idle', source: null, code: null, detail: null });
    expect(say(wanted)).toEqual({ status: 'connecting', source: null, code: null, detail: null });
    expect(say(wanted, picture('rtsp'))).toEqual({ status: 'live', source: 'rtsp', code: null, detail: null });
    expect(say(wanted, failed('rtsp', 'CAMERA_SILENT'), retry)).toEqual({
      status: 'lost',
      source: null,
      code: 'CAMERA_SILENT',
      detail: 'd',
    });
  });

  it('never runs a source twice, halts all it ran, and never waits without end', () => {
    const source = fc.constantFrom<SourceKind>('rtsp', 'ffmpeg');
    const code = fc.constantFrom<SourceCode>(
      'CAMERA_SILENT',
      'CAMERA_PROTOCOL',
      'CAMERA_UNAUTHORIZED',
      'CAMERA_CREDENTIALS_REFUSED',
      'CAMERA_CODEC_UNSUPPORTED',
    );
    const input = fc.oneof(
      fc.constantFrom(wanted, unwanted, retry, timer('linger'), timer('settled'), timer('trial')),
      source.map(picture),
      fc.tuple(source, code).map(([from, why]) => failed(from, why)),
    );
    fc.assert(
      fc.property(
        fc.constantFrom<SourceChoice>('auto', 'rtsp', 'ffmpeg'),
        fc.array(input, { maxLength: 40 }),
        (choice, inputs) => {
          let state: SupervisorState = initialState(choice);
          const running = new Set<SourceKind>();
          let waiting = false;
          for (const each of inputs) {
            // A source that does not run can neither fail nor show pictures, and a pause that is not can not end.
            if ((each.type === 'picture' || each.type === 'failed') && !running.has(each.source)) continue;
            if (each.type === 'retry' && !waiting) continue;
            if (each.type === 'failed') running.delete(each.source);
            if (each.type === 'retry') waiting = false;
            const [next, effects] = step(state, each);
            state = next;
            for (const effect of effects) {
              if (effect.do === 'run') expect(running.has(effect.source)).toBe(false);
              if (effect.do === 'run') running.add(effect.source);
              if (effect.do === 'halt') expect(running.delete(effect.source)).toBe(true);
              if (effect.do === 'retry-later' || effect.do === 'await-leave') waiting = true;
              if (effect.do === 'cancel-retry') waiting = false;
            }
            const { phase } = state;
            if (phase.name === 'idle') expect(running.size).toBe(0);
            else expect(running.size > 0 || waiting).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
