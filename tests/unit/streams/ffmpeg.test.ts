import { describe, expect, it } from 'vitest';
import { WithoutRedirections } from '../../../streams/ffmpeg/camera-relay.ts';
import { ffmpegArguments, inputScript } from '../../../streams/ffmpeg/command.ts';
import { isWrongCodec, LastWords, readFailure } from '../../../streams/ffmpeg/failure.ts';

describe('ffmpeg command', () => {
  const address = { uri: 'rtsp://10.0.0.1:554/live?x=1', username: 'us er', password: "p'a:s@s/!" };

  it('holds nothing of the address: the list of processes is for all to read', () => {
    for (const mode of ['copy', 'transcode'] as const) {
      expect(ffmpegArguments(mode).join(' ')).not.toMatch(/10\.0\.0\.1|rtsp:\/\//);
    }
  });

  it('copies or encodes, and writes FLV to its standard output', () => {
    expect(ffmpegArguments('copy').join(' ')).toMatch(/-vcodec copy .*-f flv pipe:1$/);
    expect(ffmpegArguments('transcode').join(' ')).toMatch(/-vcodec libx264 .*-f flv .*-tune zerolatency .*pipe:1$/);
  });

  it('gets address and account by its standard input, with nothing that could end the quotes', () => {
    const script = inputScript(address);
    expect(script).toContain("file 'rtsp://us%20er:p%27a%3As%40s%2F%21@10.0.0.1:554/live?x=1'\n");
    expect(inputScript({ ...address, uri: "rtsp://h/x'\nfile '/etc/passwd" }).match(/^file /gm)).toHaveLength(1);
  });

  it('replaces an account that stands in the address', () => {
    expect(inputScript({ uri: 'rtsp://old:one@h/x', username: 'new', password: 'one' })).toContain(
      "'rtsp://new:one@h/x'",
    );
    expect(inputScript({ uri: 'rtsp://h/x', username: '', password: '' })).toContain("'rtsp://h/x'");
  });
});

describe('last words of ffmpeg', () => {
  it('are kept without credentials, a few lines of a bearable length', () => {
    const words = new LastWords();
    words.push("[concat] Impossible to open 'rtsp://user:sec");
    words.push("ret@10.0.0.1/x'\n");
    for (let i = 0; i < 100; i += 1) words.push(`line ${i} ${'x'.repeat(1000)}\n`);
    words.push('rtsp://user:secret@10.0.0.1/x: Connection refused');
    words.end();
    expect(words.lines).toHaveLength(20);
    expect(words.lines.join('\n')).not.toMatch(/secret/);
    expect(words.lines.at(-1)).toBe('rtsp://10.0.0.1/x: Connection refused');
    expect(Math.max(...words.lines.map((line) => line.length))).toBeLessThanOrEqual(300);
  });

  it.each([
    [
      ['method DESCRIBE failed: 401 Unauthorized', 'pipe:0: Server returned 401 Unauthorized (authorization failed)'],
      'CAMERA_UNAUTHORIZED',
    ],
    [['pipe:0: Server returned 404 Not Found'], 'CAMERA_NO_STREAM'],
    [['Connection to tcp://127.0.0.1:1 failed: Connection refused'], 'CAMERA_UNREACHABLE'],
    [['pipe:0: Connection timed out'], 'CAMERA_UNREACHABLE'],
    [["Stream map '0:v:0' matches no streams."], 'CAMERA_NO_STREAM'],
    [['pipe:0: Invalid data found when processing input'], 'CAMERA_PROTOCOL'],
    [[], 'CAMERA_PROTOCOL'],
  ])('%j', (lines, code) => {
    expect(readFailure(lines, false).code).toBe(code);
  });

  it('are few when a camera simply ends the stream', () => {
    expect(readFailure([], true)).toEqual({ code: 'CAMERA_UNREACHABLE', detail: 'the camera ended the stream' });
  });

  it('tell a codec that FLV cannot carry', () => {
    expect(isWrongCodec(['Video codec hevc not compatible with flv'])).toBe(true);
    expect(isWrongCodec(['Connection refused'])).toBe(false);
  });
});

describe('what a camera says on its way to ffmpeg', () => {
  const through = async (text: string, at: number) => {
    const way = new WithoutRedirections();
    for (const part of [text.slice(0, at), text.slice(at)]) way.write(Buffer.from(part, 'latin1'));
    way.end();
    return Buffer.concat(await way.toArray()).toString('latin1');
  };

  it.each([
    ['Location: rtsp://10.0.0.1/', 'Location; rtsp://10.0.0.1/'],
    ['LLocation:', 'LLocation;'],
    ['loc\ra\r\rtION\r:', 'loc\ra\r\rtION\r;'],
    ['Locatio: Loca\ntion: location', 'Locatio: Loca\ntion: location'],
    ['Content-Base: rtsp://10.0.0.1/\r\n', 'Content-Base: rtsp://10.0.0.1/\r\n'],
  ])('%j sends it nowhere, wherever it is cut', async (said, heard) => {
    for (let at = 0; at <= said.length; at += 1) expect(await through(said, at)).toBe(heard);
  });
});
