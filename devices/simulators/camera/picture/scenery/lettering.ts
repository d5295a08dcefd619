import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dotText } from './dot-font.ts';

/** Letters as coverage, 0..255, cut to what is inked. */
export interface TextMask {
  width: number;
  height: number;
  coverage: Uint8Array;
}

export interface TextLine {
  text: string;
  /** Height of the letters, pixels. */
  size: number;
}

/** Fonts with Chinese characters where the usual systems keep them. */
const FONTS = [
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc',
  '/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc',
  '/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc',
  '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
  '/usr/share/fonts/truetype/arphic/uming.ttc',
  '/System/Library/Fonts/PingFang.ttc',
  '/System/Library/Fonts/STHeiti Medium.ttc',
];

const CANVAS_WIDTH = 2048;

/**
 * Draws lines of text by ffmpeg. Where there is no font with Chinese characters, or ffmpeg draws no text, Latin letters
 * and digits come from a dot matrix and other characters are left out; a line may then be empty.
 */
export async function drawLines(ffmpegPath: string, lines: readonly TextLine[]): Promise<TextMask[]> {
  const font = FONTS.find((path) => existsSync(path));
  const drawn = font ? await drawByFfmpeg(ffmpegPath, font, lines) : null;
  return drawn ?? lines.map(({ text, size }) => dotText(text, Math.max(1, Math.round(size / 7))));
}

async function drawByFfmpeg(ffmpegPath: string, font: string, lines: readonly TextLine[]): Promise<TextMask[] | null> {
  const tops: number[] = [];
  let height = 0;
  const filters = lines.map(({ text, size }) => {
    const top = height;
    tops.push(top);
    height += Math.ceil(size * 1.6);
    const at = `x=8:y=${Math.ceil(top + size * 0.2)}`;
    return `drawtext=fontfile=${escape(font)}:text=${escape(text)}:expansion=none:fontcolor=white:fontsize=${size}:${at}`;
  });
  const input = `color=black:s=${CANVAS_WIDTH}x${height}:d=1:r=1`;
  const args = ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', input, '-vf', filters.join(',')];
  const bytes = await collect(ffmpegPath, [...args, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1']);
  if (bytes.length !== CANVAS_WIDTH * height) return null;
  return lines.map((_, index) => {
    const top = tops[index]!;
    return cutOut(bytes.subarray(top * CANVAS_WIDTH, (tops[index + 1] ?? height) * CANVAS_WIDTH));
  });
}

/** Two rounds of unquoting stand between the argument and the text: the filter graph's and the option's. */
function escape(text: string): string {
  return text.replace(/[\\':]/g, '\\$&').replace(/[\\'[\],;]/g, '\\$&');
}

function collect(path: string, args: string[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => resolve(Buffer.alloc(0)));
    child.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

/** The inked part of a canvas strip; one pixel of nothing where there is no ink. */
function cutOut(strip: Uint8Array): TextMask {
  const rows = strip.length / CANVAS_WIDTH;
  let [left, right, top, bottom] = [CANVAS_WIDTH, -1, rows, -1];
  strip.forEach((value, at) => {
    if (value < 24) return;
    const [x, y] = [at % CANVAS_WIDTH, Math.floor(at / CANVAS_WIDTH)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  });
  if (right < 0) return { width: 1, height: 1, coverage: new Uint8Array(1) };
  const [width, height] = [right - left + 1, bottom - top + 1];
  const coverage = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * CANVAS_WIDTH + left;
    coverage.set(strip.subarray(from, from + width), y * width);
  }
  return { width, height, coverage };
}
