import type { StreamState } from '#contract/cameras.ts';
import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from '../../../streams/access-unit.ts';
import type { Viewer } from '../../../streams/hub.ts';

export const format: StreamFormat = {
  codec: 'h264',
  codecString: 'avc1.42c016',
  description: Buffer.from('0142c016', 'hex'),
  width: 640,
  height: 360,
  fps: 25,
};

export const soundFormat: SoundFormat = {
  codec: 'ulaw',
  codecString: 'ulaw',
  sampleRate: 8000,
  channels: 1,
  description: Buffer.alloc(0),
};

export function sound(pts: number, bytes = 10): SoundUnit {
  return { track: 'sound', pts, wallclock: null, receivedAt: 0, data: Buffer.alloc(bytes, pts) };
}

export const state: StreamState = {
  cameraId: 'c1',
  role: 'sub',
  status: 'live',
  since: '2026-06-01T00:00:00.000Z',
  source: 'rtsp',
  code: null,
  detail: null,
};

export function unit(key: boolean, pts: number, bytes = 10): AccessUnit {
  const times = { pts, wallclock: null, clockOffsetMs: null, receivedAt: 0 };
  return { track: 'video', codec: 'h264', key, follows: true, ...times, data: Buffer.alloc(bytes, pts) };
}

/** Remembers what a hub told, as short words. */
export class RecordingViewer implements Viewer {
  readonly heard: string[] = [];

  onState({ status }: StreamState): void {
    this.heard.push(status);
  }

  onFormat({ codecString }: StreamFormat): void {
    this.heard.push(codecString);
  }

  onUnit({ key, pts }: AccessUnit): void {
    this.heard.push(`${key ? 'key' : 'delta'} ${pts}`);
  }

  onEnd(code: string): void {
    this.heard.push(`end ${code}`);
  }
}
