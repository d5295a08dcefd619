import ffmpeg from 'fluent-ffmpeg';
import type { SourceAddress } from '../source.ts';

/** H.264 is passed on as it is; anything else is encoded anew. */
export type FfmpegMode = 'copy' | 'transcode';

const IO_TIMEOUT_US = 5_000_000;

/**
 * The arguments for ffmpeg: reads what `inputScript` names on its standard input, writes FLV to standard output. Only the
 * arguments, as fluent-ffmpeg's own way to start asks ffmpeg for its encoders first and pipes through streams of its own.
 */
export function ffmpegArguments(mode: FfmpegMode): string[] {
  const command = ffmpeg()
    .input('pipe:0')
    .inputFormat('concat')
    .inputOptions(['-hide_banner', '-nostats', '-loglevel error', '-safe 0', '-fflags nobuffer', '-flags low_delay'])
    .inputOptions(['-protocol_whitelist pipe,rtsp,tcp', '-max_delay 0'])
    .noAudio()
    .outputOptions(['-map 0:v:0', '-flush_packets 1', '-flvflags no_duration_filesize+no_metadata'])
    .format('flv')
    .output('pipe:1');
  if (mode === 'copy') command.videoCodec('copy');
  else command.videoCodec('libx264').outputOptions(transcoding);
  return command._getArguments();
}

/** No B-frames and no look-ahead for latency, and a key frame every two seconds for those who join. */
const transcoding = [
  '-preset ultrafast',
  '-tune zerolatency',
  '-pix_fmt yuv420p',
  '-crf 24',
  '-maxrate 4M',
  '-bufsize 2M',
  '-force_key_frames expr:gte(t,n_forced*2)',
];

/**
 * The camera's address as an ffconcat script for ffmpeg's standard input: arguments can be read by everyone on the machine
 * in the list of processes, and the address holds the password.
 */
export function inputScript({ uri, username, password }: SourceAddress): string {
  const account = username === '' ? '' : `${encode(username)}:${encode(password)}@`;
  const address = uri.replace(/^(rtsps?:\/\/)(?:[^/@]*@)?/i, `$1${account}`).replace(/['\\\r\n]/g, encode);
  return [
    'ffconcat version 1.0',
    `file '${address}'`,
    'option rtsp_transport tcp',
    'option allowed_media_types video',
    `option timeout ${IO_TIMEOUT_US}`,
    'option fflags nobuffer',
    'option fpsprobesize 0',
    '',
  ].join('\n');
}

/** encodeURIComponent leaves some marks that mean something here. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
