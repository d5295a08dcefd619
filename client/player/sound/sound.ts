import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { canDecode, SoundOutput, type SoundFormat } from './sound-output.ts';

/**
 * Off, asked for, heard; or why not: the camera sends none, the browser cannot decode it, or it lets no page speak
 * unasked.
 */
export type SoundState = 'off' | 'asked' | 'heard' | 'none' | 'codec' | 'blocked';

/** What is heard of the whole wall: one camera at most, and none until somebody asks. */
export const useSound = defineStore('sound', () => {
  const audible = shallowRef<string | null>(null);
  const state = shallowRef<SoundState>('off');
  let context: AudioContext | null = null;
  let output: SoundOutput | null = null;
  /** Answers to an earlier question are dropped. */
  let question = 0;

  function silence(): void {
    question += 1;
    output?.close();
    output = null;
  }

  /** By the user's hand: browsers start sound for nothing else. */
  async function turnOn(cameraId: string): Promise<void> {
    silence();
    audible.value = cameraId;
    state.value = 'asked';
    context ??= new AudioContext({ latencyHint: 'interactive' });
    await context.resume().catch(() => undefined);
    if (context.state !== 'running') state.value = 'blocked';
  }

  function turnOff(cameraId: string): void {
    if (audible.value !== cameraId) return;
    silence();
    audible.value = null;
    state.value = 'off';
    void context?.suspend().catch(() => undefined);
  }

  /** The gateway's word about the sound of a camera. */
  async function configure(cameraId: string, format: SoundFormat | null): Promise<void> {
    if (cameraId !== audible.value || !context) return;
    silence();
    const asked = question;
    if (!format) return void (state.value = 'none');
    const can = await canDecode(format);
    if (asked !== question) return;
    if (!can) return void (state.value = 'codec');
    if (state.value !== 'blocked') state.value = 'asked';
    output = new SoundOutput(context, format, {
      heard: () => asked === question && (state.value = 'heard'),
      failed: () => asked === question && (state.value = 'codec'),
    });
  }

  function push(cameraId: string, message: ArrayBuffer): void {
    if (cameraId === audible.value) output?.push(message);
  }

  return { audible, state, turnOn, turnOff, configure, push };
});
