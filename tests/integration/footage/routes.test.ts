import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FootageToken, SegmentsAnswer, TimelineAnswer } from '#contract/footage.ts';
import { frameHashes, joined, shownTimes, type MadeSegment } from '../../helpers/footage-files.ts';
import { FootageRoom, iso, TEN } from './footage-room.ts';

const exec = promisify(execFile);
const RUN_A = '01KB0000000000000000000000';
const RUN_B = '01KB0000000000000000000001';
const span = (from: number, until: number) => `from=${iso(from)}&until=${iso(until)}`;

describe('reading footage', () => {
  let room: FootageRoom;
  /** 10:00:00 to 10:00:12 in three files. */
  let first: MadeSegment[];
  /** 10:00:30 to 10:00:38 in two files. */
  let second: MadeSegment[];
  /** Every picture of the first run as it decodes; the second begins with the same. */
  let all: string[];

  beforeAll(async () => {
    room = await FootageRoom.open();
    first = await room.record({ cameraId: 'cam-1', run: RUN_A, startedAt: TEN, seconds: 12 });
    second = await room.record({ cameraId: 'cam-1', run: RUN_B, startedAt: TEN + 30_000, seconds: 8 });
    all = await frameHashes(await joined(first, path.join(room.folder, 'all.mp4')));
    await room.gap('cam-1', TEN - 3600_000, TEN, 'schedule');
    await room.gap('cam-1', TEN + 12_000, TEN + 30_000, 'camera-lost');
    await room.gap('cam-1', TEN + 38_000, null, 'server-stopped');
  });
  afterAll(() => room.close());

  describe('timeline', () => {
    const timeline = async (query: string) => {
      const answer = await room.get(`/api/footage/timeline?${query}`);
      expect(answer.statusCode, answer.body).toBe(200);
      return answer.json<TimelineAnswer>().cameras;
    };

    it('tells footage and gaps with their causes, and together they cover the span', async () => {
      const [camera] = await timeline(`cameras=cam-1&${span(TEN - 60_000, TEN + 60_000)}`);
      expect(camera!.footage).toEqual([
        { from: iso(TEN), until: iso(TEN + 12_000), held: false },
        { from: iso(TEN + 30_000), until: iso(TEN + 38_000), held: false },
      ]);
      expect(
        camera!.gaps.map(({ from, until, cause }) => [Date.parse(from) - TEN, Date.parse(until) - TEN, cause]),
      ).toEqual([
        [-60_000, 0, 'schedule'],
        [12_000, 30_000, 'camera-lost'],
        [38_000, 60_000, 'server-stopped'],
      ]);
    });

    it('tells of a whole hall, and of a camera without any footage', async () => {
      const cameras = await timeline(`hallId=hall-a&${span(TEN, TEN + 60_000)}`);
      expect(cameras.map(({ cameraId, footage }) => [cameraId, footage.length])).toEqual([
        ['cam-1', 2],
        ['cam-2', 0],
      ]);
    });

    it('joins what is smaller than a pixel', async () => {
      const [camera] = await timeline(`cameras=cam-1&resolutionMs=20000&${span(TEN - 60_000, TEN + 60_000)}`);
      expect(camera!.footage.length + camera!.gaps.length).toBe(3);
    });

    it('shows what is held, and that a gap within a run holds', async () => {
      const { db } = room.base;
      await db.query(
        `INSERT INTO footage_hold (id, camera_id, from_at, until_at, subject, reason, placed_by, placed_at)
         VALUES ('h1', 'cam-1', $1, $2, 'manual', 'why', 'root', $1)`,
        [iso(TEN + 34_000), iso(TEN + 90_000)],
      );
      await room.gap('cam-1', TEN + 4000, TEN + 8000, 'removed');
      const [camera] = await timeline(`cameras=cam-1&${span(TEN, TEN + 60_000)}`);
      await db.query(`DELETE FROM footage_hold`);
      await db.query(`DELETE FROM footage_gap WHERE cause = 'removed'`);
      const told = camera!.footage.map(({ from, until, held }) => [
        Date.parse(from) - TEN,
        Date.parse(until) - TEN,
        held,
      ]);
      expect(told).toEqual([
        [0, 4000, false],
        [8000, 12_000, false],
        [30_000, 34_000, false],
        [34_000, 38_000, true],
      ]);
    });

    it('carries what happened at the window that the camera sees, and to the camera', async () => {
      const { db } = room.base;
      const event = (at: number, type: string, payload: object, ticket: string | null) =>
        db.query(
          `INSERT INTO terminal_event (occurred_at, received_at, at, event_id, hall_id, kind, device_id, channel, type,
             session_id, seq, window_id, ticket_id, payload, backfilled, misdated)
           VALUES ($1, $1, $1, $2, 'hall-a', 'caller', 'c1', 'evt', $3, 's', 1, 'w01', $4, $5, false, false)`,
          [iso(at), `${type}-${at}`, type, ticket, JSON.stringify(payload)],
        );
      await event(TEN + 1000, 'ticket.called', { no: 'A012' }, 't1');
      await event(TEN + 9000, 'ticket.completed', { no: 'A012' }, 't1');
      await event(TEN + 1000, 'caller.state', { state: 'serving' }, null);
      await event(TEN + 9000, 'caller.state', { state: 'idle' }, null);
      const motion = (at: number, active: boolean) =>
        db.query(`INSERT INTO camera_event VALUES ($1, 'cam-1', 'motion', 'topic', '', $2, false)`, [iso(at), active]);
      await motion(TEN + 2000, true);
      await motion(TEN + 5000, false);
      await db.query(
        `INSERT INTO alert (id, rule_id, rule_version, kind, hall_id, window_id, severity, status, condition_since, raised_at,
           severity_at, open_since, facts, camera_ids)
         VALUES ('a1', 'window-unattended', 1, 'window-unattended', 'hall-a', 'w01', 'yellow', 'open', $1, $1, $1, $1, '{}', '{cam-1}')`,
        [iso(TEN + 3000)],
      );
      const note = { cameraId: 'cam-1', at: iso(TEN + 4000), note: '请看这里' };
      expect((await room.call('POST', '/api/footage/bookmarks', note)).statusCode).toBe(201);

      const cameras = await timeline(`cameras=cam-1,cam-2&${span(TEN, TEN + 60_000)}`);
      const marks = cameras[0]!.marks.map(({ kind, label, from, until, severity }) => {
        return [kind, label, Date.parse(from) - TEN, until && Date.parse(until) - TEN, severity];
      });
      expect(marks).toHaveLength(6);
      expect(marks).toEqual(
        expect.arrayContaining([
          ['ticket', 'A012', 1000, 9000, null],
          ['window', 'serving', 1000, 9000, null],
          ['window', 'idle', 9000, null, null],
          ['camera-event', 'motion', 2000, 5000, null],
          ['alert', 'window-unattended', 3000, null, 'yellow'],
          ['bookmark', '请看这里', 4000, null, null],
        ]),
      );
      expect(cameras[1]!.marks).toEqual([]);
      const [coarse] = await timeline(`cameras=cam-1&resolutionMs=600000&${span(TEN, TEN + 60_000)}`);
      expect(coarse!.marks.map(({ kind }) => kind).sort()).toEqual(['alert', 'bookmark']);
      const day = span(TEN - 36_000_000, TEN + 43_200_000);
      const marksOf = async (ticket: string) =>
        (await timeline(`hallId=hall-a&resolutionMs=600000&ticket=${ticket}&${day}`)).flatMap(({ cameraId, marks }) =>
          marks.map(({ kind, label, from }) => [cameraId, kind, label, Date.parse(from) - TEN]),
        );
      expect(await marksOf('A012')).toEqual([['cam-1', 'ticket', 'A012', 1000]]);
      expect(await marksOf('A01')).toEqual([]);
    });
  });

  describe('segments', () => {
    const url = (run: string, number: number | string) => `/api/footage/cam-1/segments/${run}/${number}`;

    it('are listed with what their runs hold', async () => {
      const answer = await room.get(`/api/footage/cam-1/segments?${span(TEN + 5000, TEN + 31_000)}`);
      const { segments, runs, more } = answer.json<SegmentsAnswer>();
      expect(more).toBe(false);
      expect(segments.map(({ run, number, startedAt }) => [run, number, Date.parse(startedAt) - TEN])).toEqual([
        [RUN_A, 1, 4000],
        [RUN_A, 2, 8000],
        [RUN_B, 0, 30_000],
      ]);
      expect(segments[0]).toMatchObject({ bytes: first[1]!.bytes, frames: 100, finished: true, startTicks: 360_000 });
      expect(runs.map(({ id }) => id).sort()).toEqual([RUN_A, RUN_B]);
      expect(runs[0]!.mimeType).toMatch(/^video\/mp4; codecs="avc1\.[0-9a-f]{6},mp4a\.40\.2"$/);
    });

    it('are given whole, to be kept for ever, under the name of their hash', async () => {
      const answer = await room.get(url(RUN_A, 1));
      expect(answer.rawPayload.equals(await readFile(first[1]!.path))).toBe(true);
      expect(answer.headers).toMatchObject({
        'content-type': 'video/mp4',
        'cache-control': 'private, max-age=31536000, immutable',
        etag: `"${first[1]!.sha256.toString('hex')}"`,
        'accept-ranges': 'bytes',
      });
      const again = await room.get(url(RUN_A, 1), { 'if-none-match': String(answer.headers.etag) });
      expect(again.statusCode).toBe(304);
    });

    it('are given in ranges', async () => {
      const whole = await readFile(first[0]!.path);
      const part = await room.get(url(RUN_A, 0), { range: 'bytes=100-199' });
      expect(part.statusCode).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes 100-199/${whole.length}`);
      expect(part.rawPayload.equals(whole.subarray(100, 200))).toBe(true);
      const etag = `"${first[0]!.sha256.toString('hex')}"`;
      expect((await room.get(url(RUN_A, 0), { range: 'bytes=-10', 'if-range': etag })).rawPayload).toHaveLength(10);
      expect((await room.get(url(RUN_A, 0), { range: 'bytes=-10', 'if-range': '"other"' })).statusCode).toBe(200);
      const beyond = await room.get(url(RUN_A, 0), { range: `bytes=${whole.length}-` });
      expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, `bytes */${whole.length}`]);
    });

    it('are found by number in a long run with holes', async () => {
      const { db } = room.base;
      const run = '01KB0000000000000000000009';
      const at = (number: number) => iso(TEN - 40 * 3600_000 + number * 10_000);
      await db.query(
        `INSERT INTO footage_run VALUES ($1, 'cam-1', 'main', $2, $3, 'stopped', 'h264', 320, 180, 25, null)`,
        [run, at(0), at(8000)],
      );
      await db.query(
        `INSERT INTO footage_segment (camera_id, role, started_at, ended_at, run_id, number, volume_id, bytes, frames,
           init_bytes, start_ticks, end_cause, sha256, chain_no, chain)
         SELECT 'cam-1', 'main', $2::timestamptz + n * interval '10 s', $2::timestamptz + (n + 1) * interval '10 s', $1, n, 'disk-1',
           n, 1, 1, 0, 'full', '', n, '' FROM generate_series(0, 7999) AS n WHERE n NOT BETWEEN 1000 AND 5000`,
        [run, at(0)],
      );
      for (const number of [0, 999, 5001, 6543, 7999]) {
        expect(
          (await room.footage.file({ account: { username: 'a' }, sessionId: null }, 'cam-1', run, number)).bytes,
        ).toBe(number);
      }
      for (const number of [1000, 3000, 8000, 900_000]) expect((await room.get(url(run, number))).statusCode).toBe(404);
      await db.query('DELETE FROM footage_segment WHERE run_id = $1', [run]);
      await db.query('DELETE FROM footage_run WHERE id = $1', [run]);
    });

    it('shrink to their key pictures where only these are asked for', async () => {
      const answer = await room.get(`${url(RUN_A, 1)}?only=keys`);
      const target = path.join(room.folder, 'keys.mp4');
      await writeFile(target, answer.rawPayload);
      expect(answer.headers['content-length']).toBe(String(answer.rawPayload.length));
      const times = await shownTimes(target);
      expect(times.map((time) => time - times[0]!)).toEqual([0, 1, 2, 3]);
      expect(await frameHashes(target)).toEqual([100, 125, 150, 175].map((i) => all[i]));
    });

    it('that grow are given as far as they are safe, and are not kept', async () => {
      const { path: source, bytes, initBytes, startTicks } = second[1]!;
      const growingPath = path.join(room.folder, 'growing.part');
      await copyFile(source, growingPath);
      const safe = bytes - 1000;
      room.growing.push({
        ...{ cameraId: 'cam-2', role: 'main', run: '01KB0000000000000000000008', number: 0, startedAt: TEN + 60_000 },
        ...{ endedAt: TEN + 64_000, startTicks, initBytes, bytes: safe, frames: 90, path: growingPath },
      });
      const list = async () =>
        (await room.get(`/api/footage/cam-2/segments?${span(TEN + 61_000, TEN + 90_000)}`)).json<SegmentsAnswer>();
      const listed = await list();
      expect(listed.segments).toMatchObject([{ number: 0, finished: false, bytes: safe }]);
      expect(Date.parse(listed.knownUntil)).toBe(TEN + 64_000);
      const address = '/api/footage/cam-2/segments/01KB0000000000000000000008/0';
      const answer = await room.get(address);
      expect(answer.rawPayload).toHaveLength(safe);
      expect([answer.headers['cache-control'], answer.headers.etag]).toEqual(['no-store', undefined]);
      expect((await room.get(address, { range: `bytes=${safe}-` })).statusCode).toBe(416);
      // the row of the file before it is on its way
      room.growing[0] = { ...room.growing[0]!, number: 7 };
      expect(Date.parse((await list()).knownUntil)).toBeLessThan(TEN + 60_000);
      room.growing.length = 0;
      expect(Date.parse((await list()).knownUntil)).toBe(room.clock.now());
    });
  });

  describe('pictures', () => {
    const colour = async (jpeg: Buffer) => {
      const target = path.join(room.folder, 'picture.jpg');
      await writeFile(target, jpeg);
      const { stdout } = await exec('ffprobe', [
        '-v',
        'error',
        '-show_entries',
        'stream=width,height',
        '-of',
        'csv=p=0',
        target,
      ]);
      return stdout.trim();
    };

    it('of a moment before: the key picture, as small as was asked', async () => {
      const answer = await room.get(`/api/footage/cam-1/preview.jpg?at=${iso(TEN + 5700)}&width=150`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({ 'content-type': 'image/jpeg', 'x-taken-at': iso(TEN + 5000) });
      expect(await colour(answer.rawPayload)).toBe('160,90');
    });

    it('are made once for many who drag along', async () => {
      const ask = () => room.get(`/api/footage/cam-1/preview.jpg?at=${iso(TEN + 6500)}`);
      const answers = await Promise.all(Array.from({ length: 100 }, ask));
      expect(answers.every(({ rawPayload }) => rawPayload.equals(answers[0]!.rawPayload))).toBe(true);
    });

    it('of the very moment, with its time burnt in', async () => {
      const answer = await room.get(`/api/footage/cam-1/snapshot.jpg?at=${iso(TEN + 5730)}`);
      expect(answer.statusCode, answer.body).toBe(200);
      expect(answer.headers).toMatchObject({ 'x-taken-at': iso(TEN + 5720), 'x-burnt-in': 'true' });
      expect(await colour(answer.rawPayload)).toBe('320,180');
      // letters on a dark band: the lower part is another picture than the preview, the upper one is not
      expect(answer.rawPayload.length).toBeGreaterThan(2000);
    });

    it.each(['preview', 'snapshot'])('%s says where there is none', async (kind) => {
      const answer = await room.get(`/api/footage/cam-1/${kind}.jpg?at=${iso(TEN + 20_000)}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([404, { error: { code: 'FOOTAGE_NOT_RECORDED' } }]);
    });
  });

  describe('playlist', () => {
    it('plays in ffmpeg by a token, each picture of both runs, and no longer than it holds', async () => {
      const body = { from: iso(TEN), until: iso(TEN + 60_000) };
      const issued = await room.call('POST', '/api/footage/cam-1/token', body);
      expect(issued.statusCode, issued.body).toBe(200);
      const { playlist } = issued.json<FootageToken>();
      const origin = await room.test.app.listen({ host: '127.0.0.1', port: 0 });
      const text = await (await fetch(origin + playlist)).text();
      expect(text.match(/#EXT-X-PROGRAM-DATE-TIME:(.*)/g)).toHaveLength(5);
      expect(text.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
      expect(text).toContain('#EXT-X-ENDLIST');
      const hashes = await frameHashes(origin + playlist);
      expect(hashes).toEqual([...all, ...all.slice(0, 200)]);
      const { stdout } = await exec('ffprobe', [
        '-v',
        'error',
        '-show_entries',
        'format=duration',
        '-of',
        'csv=p=0',
        origin + playlist,
      ]);
      expect(Number(stdout)).toBeCloseTo(20, 1);
      const screenless = { env: { ...process.env, SDL_VIDEODRIVER: 'dummy', SDL_AUDIODRIVER: 'dummy' } };
      const shown = await exec('ffplay', ['-v', 'error', '-autoexit', '-t', '1', origin + playlist], screenless);
      expect(shown.stderr).toBe('');

      const segment = `/api/footage/cam-1/segments/${RUN_A}/0?token=${new URL(origin + playlist).searchParams.get('token')}`;
      expect((await fetch(origin + segment)).status).toBe(200);
      expect((await fetch(origin + segment.replace('cam-1', 'cam-2'))).status).toBe(404);
      expect((await fetch(origin + segment.replace(/.$/, '!'))).status).toBe(401);
      expect((await fetch(`${origin}/api/footage/cam-1/segments?${span(TEN, TEN + 1)}`)).status).toBe(401);
      room.clock.advance(16 * 60_000 + 1);
      expect((await fetch(origin + segment)).status).toBe(401);
    });

    it('grows while its end lies ahead', async () => {
      const now = room.clock.now();
      const answer = await room.get(`/api/footage/cam-1/playlist.m3u8?${span(TEN, now + 3600_000)}`);
      expect(answer.headers['content-type']).toContain('application/vnd.apple.mpegurl');
      expect(answer.body).toContain('#EXT-X-PLAYLIST-TYPE:EVENT');
      expect(answer.body).not.toContain('#EXT-X-ENDLIST');
    });

    describe('by a token of its first four seconds', () => {
      let token: string;
      const ask = async (what: string) =>
        (await room.test.app.inject({ url: `/api/footage/cam-1/${what}` })).statusCode;
      beforeAll(async () => {
        const wanted = { from: iso(TEN), until: iso(TEN + 4000) };
        ({ token } = (await room.call('POST', '/api/footage/cam-1/token', wanted)).json<FootageToken>());
      });

      it('opens nothing beside that span', async () => {
        expect(await ask(`segments/${RUN_A}/0?token=${token}`)).toBe(200);
        expect(await ask(`segments/${RUN_B}/0?token=${token}`)).toBe(401);
        expect(await ask(`playlist.m3u8?${span(TEN + 30_000, TEN + 40_000)}&token=${token}`)).toBe(401);
        expect(await ask(`segments/${RUN_A}/0`)).toBe(401);
      });

      it('opens nothing any more once whoever had it made may not read', async () => {
        room.unwelcome.add('supervisor');
        expect(await ask(`segments/${RUN_A}/0?token=${token}`)).toBe(401);
        room.unwelcome.clear();
        expect(await ask(`segments/${RUN_A}/0?token=${token}`)).toBe(200);
      });
    });
  });

  it('says that a file is away, and whoever asks for it alone is told so', async () => {
    const { path: lost } = second[1]!;
    const kept = await readFile(lost);
    await unlink(lost);
    const answer = await room.get(`/api/footage/cam-1/segments/${RUN_B}/1`);
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { error: { code: 'FOOTAGE_AWAY' } }]);
    expect(answer.headers['cache-control']).toBe('no-store');
    const preview = await room.get(`/api/footage/cam-1/preview.jpg?at=${iso(TEN + 35_000)}`);
    expect(preview.json()).toMatchObject({ error: { code: 'FOOTAGE_AWAY' } });
    await writeFile(lost, kept);
    expect(
      createHash('sha256')
        .update(await readFile(lost))
        .digest(),
    ).toEqual(second[1]!.sha256);
    expect((await stat(lost)).size).toBe(second[1]!.bytes);
  });
});
