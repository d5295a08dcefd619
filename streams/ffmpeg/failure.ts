import type { SourceCode } from '../source.ts';

export interface FfmpegFailure {
  code: SourceCode;
  detail: string;
}

/** ffmpeg tells failures in words only; these are of 5.1. The first that fits counts. */
const MEANINGS: readonly [RegExp, SourceCode][] = [
  [/\b401 Unauthorized|authorization failed|\b403 Forbidden|access denied/i, 'CAMERA_UNAUTHORIZED'],
  [/\b404 Not Found|Server returned [45]XX|matches no streams|does not contain any stream/i, 'CAMERA_NO_STREAM'],
  [
    /Connection refused|Connection reset|timed out|No route to host|unreachable|Failed to resolve|Input\/output error/i,
    'CAMERA_UNREACHABLE',
  ],
  [/Could not find codec parameters|Decoder .* not found|Unknown decoder/i, 'CAMERA_CODEC_UNSUPPORTED'],
];

/** The camera refused the password; a 403 is about a right. */
export function isRefusal(lines: readonly string[]): boolean {
  return lines.some((line) => /\b401 Unauthorized|authorization failed/i.test(line));
}

/** Whether ffmpeg ended because FLV cannot carry what the camera sends. */
export function isWrongCodec(lines: readonly string[]): boolean {
  return lines.some((line) =>
    /Could not write header|not compatible with flv|not currently supported in container/i.test(line),
  );
}

/** What the last words of ffmpeg mean. */
export function readFailure(lines: readonly string[], gavePictures: boolean): FfmpegFailure {
  const detail = lines.at(-1) ?? (gavePictures ? 'the camera ended the stream' : 'ffmpeg ended without a word');
  for (const [words, code] of MEANINGS) {
    const line = lines.find((each) => words.test(each));
    if (line !== undefined) return { code, detail: line };
  }
  return { code: gavePictures ? 'CAMERA_UNREACHABLE' : 'CAMERA_PROTOCOL', detail };
}

const MAX_LINES = 20;
const MAX_LINE_LENGTH = 300;

/** Keeps the last lines of ffmpeg's standard error, without credentials. */
export class LastWords {
  #tail = '';
  readonly lines: string[] = [];

  push(text: string): void {
    const lines = (this.#tail + text).split('\n');
    this.#tail = lines.pop()!.slice(-MAX_LINE_LENGTH);
    for (const line of lines) this.#keep(line);
  }

  /** The stream is over: what has no line end is a line too. */
  end(): void {
    this.#keep(this.#tail);
    this.#tail = '';
  }

  #keep(line: string): void {
    const text = line
      .replace(/\/\/[^/\s'"]*@/g, '//')
      .trim()
      .slice(0, MAX_LINE_LENGTH);
    if (text === '') return;
    this.lines.push(text);
    if (this.lines.length > MAX_LINES) this.lines.shift();
  }
}
