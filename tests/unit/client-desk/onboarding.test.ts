import { describe, expect, it } from 'vitest';
import type { Camera } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import { addAll, type Outcome } from '../../../client/features/cameras/onboarding/bulk.ts';
import { checkSheet, template } from '../../../client/features/cameras/onboarding/camera-sheet.ts';
import { decodeSheet, readRows } from '../../../client/features/cameras/onboarding/sheet.ts';
import { warningsOf, type Seen } from '../../../client/features/cameras/onboarding/warnings.ts';

const bytes = (...numbers: number[]) => Uint8Array.from(numbers);

describe('the bytes of a list', () => {
  it.each([
    ['UTF-8', new TextEncoder().encode('大厅')],
    ['UTF-8 with a mark', new TextEncoder().encode('\ufeff大厅')],
    ['GB18030, as Excel in China writes it', bytes(0xb4, 0xf3, 0xcc, 0xfc)],
    ['UTF-16 with a mark', bytes(0xff, 0xfe, 0x27, 0x59, 0x85, 0x53)],
  ])('are read as %s', (_what, file) => expect(decodeSheet(file)).toBe('大厅'));
});

describe('the rows of a list', () => {
  it.each([[','], [';'], ['\t']])('are told apart by %j', (separator) => {
    const text = [`a${separator}b`, '', `1${separator}"x${separator}""y"""`, `# a${separator}b`].join('\r\n');
    expect(readRows(text)).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['1', `x${separator}"y"`] },
    ]);
  });

  it('know their line where a cell holds several', () => {
    expect(readRows('a,b\n"1\n2",x\n3,y').map(({ line }) => line)).toEqual([1, 2, 4]);
  });
});

const hall = {
  id: 'h1',
  name: { zh: '市大厅', en: 'City Hall' },
  windows: [
    { id: 'w01', label: '01' },
    { id: 'w02', label: '02' },
  ],
} as unknown as Hall;
const ours = {
  id: 'c1',
  name: 'Old',
  onvifUrl: 'http://10.0.0.9/onvif/device_service',
  profiles: [{ streamUri: 'rtsp://10.0.0.9/main' }],
} as Camera;
const check = (...rows: string[]) => {
  const checked = checkSheet(rows.join('\n'), [hall], [ours]);
  if (!checked.ok) throw new Error(checked.key);
  return checked.rows;
};

describe('a list of cameras', () => {
  const head = 'Hall,Name,Purpose,Address,User,Password,Windows,X,Y,Bearing';

  it('is read in English and in Chinese, with halls and windows as people call them', () => {
    const entry = {
      hallId: 'h1',
      name: 'A',
      purpose: 'public-area',
      address: '10.0.0.1',
      username: 'admin',
      password: ' p,w',
      windowIds: ['w01', 'w02'],
      place: { x: 1.5, y: 2 },
      bearing: 90,
    };
    expect(check(head, 'City Hall,A,Public area,10.0.0.1,admin," p,w",01 w02,1.5,2,90')).toMatchObject([
      { problems: [], entry: { ...entry, password: 'p,w' } },
    ]);
    const chinese = check('大厅;名称;用途;地址;窗口', '市大厅;甲;后台办公;rtsp://10.0.0.1/a;01、02');
    expect(chinese).toMatchObject([{ problems: [], entry: { purpose: 'back-office', windowIds: ['w01', 'w02'] } }]);
  });

  it.each([
    ['a hall that is not', 'Elsewhere,A,,10.0.0.1', 'hall', 'hall'],
    ['no name', 'h1,,,10.0.0.1', 'name', 'missing'],
    ['a strange purpose', 'h1,A,roof,10.0.0.1', 'purpose', 'purpose'],
    ['no address', 'h1,A,,', 'address', 'missing'],
    ['what is no address', 'h1,A,,ten zero', 'address', 'address'],
    ['a password in the address', 'h1,A,,rtsp://u:secret@10.0.0.1/x', 'address', 'account'],
    ['a window that is not', 'h1,A,,10.0.0.1,,,09', 'windows', 'windows'],
    ['half a place', 'h1,A,,10.0.0.1,,,,5', 'y', 'halfAPlace'],
    ['words for a number', 'h1,A,,10.0.0.1,,,,,,north', 'bearing', 'number'],
  ])('names the row with %s', (_what, row, column, key) => {
    const [checked] = check(head, row);
    expect(checked!.problems).toMatchObject([{ column, key }]);
    expect(JSON.stringify({ ...checked, entry: null })).not.toContain('secret');
  });

  it('knows what is there already, and what it says twice', () => {
    const rows = check(head, 'h1,A,,10.0.0.9', 'h1,B,,10.0.0.8', 'h1,C,,10.0.0.8', 'h1,D,,rtsp://10.0.0.9/main');
    expect(rows.map(({ known }) => known?.id ?? null)).toEqual(['c1', null, null, 'c1']);
    expect(rows[2]!.problems).toEqual([{ column: 'address', key: 'twice', value: '3' }]);
  });

  it.each([
    ['', 'empty'],
    ['Hall,Name,Address', 'empty'],
    ['Hall,Name\nh1,A', 'columnMissing'],
    ['Hall,Name,Address,Colour\nh1,A,10.0.0.1,red', 'columnUnknown'],
    [`Hall,Name,Address\n${'h1,A,10.0.0.1\n'.repeat(501)}`, 'tooManyRows'],
  ])('is refused as a whole: %#', (text, key) =>
    expect(checkSheet(text, [hall], [])).toMatchObject({ ok: false, key }),
  );

  it.each(['zh-CN', 'en'] as const)('has a template whose columns are right: %s', (language) => {
    const text = `${template(language, 'h1')}h1,A,,10.0.0.1`;
    expect(checkSheet(text, [hall], [])).toMatchObject({ ok: true, rows: [{ problems: [] }] });
  });
});

describe('adding many', () => {
  const run = async (items: string[], answer: (item: string) => string) => {
    const outcomes = new Map<string, Outcome>();
    let [now, most] = [0, 0];
    await addAll({
      items,
      groupOf: (item) => item[0]!,
      add: async (item) => {
        most = Math.max(most, (now += 1));
        await Promise.resolve();
        now -= 1;
        if (answer(item) !== 'ok') throw new Error(answer(item));
      },
      isRefusal: (error) => (error as Error).message === 'refused',
      isKnown: (error) => (error as Error).message === 'known',
      onOutcome: (item, outcome) => outcomes.set(item, outcome),
    });
    return { states: items.map((item) => outcomes.get(item)?.state), most };
  };

  it('goes four at a time once the password is right', async () => {
    const items = Array.from({ length: 10 }, (_, at) => `a${at}`);
    expect(await run(items, () => 'ok')).toEqual({ states: items.map(() => 'added'), most: 4 });
  });

  it('stops a selection after three refusals, and goes on with the next', async () => {
    const items = ['a1', 'a2', 'a3', 'a4', 'a5', 'b1'];
    const { states } = await run(items, (item) => (item.startsWith('a') ? 'refused' : 'ok'));
    expect(states).toEqual(['failed', 'failed', 'failed', 'stopped', 'stopped', 'added']);
  });

  it('takes for no failure what is there already', async () => {
    expect((await run(['a1', 'a2'], () => 'known')).states).toEqual(['known', 'known']);
  });
});

describe('warnings', () => {
  const profile = { codec: 'h264', width: 1920, height: 1080, fps: 25, keyIntervalSec: 2, streamUri: 'rtsp://x/main' };
  const sub = { ...profile, role: 'sub', width: 640, height: 360, streamUri: 'rtsp://x/sub' };
  const fine = {
    probe: { clockOffsetMs: 100, profiles: [{ ...profile, role: 'main' }, sub] },
    looks: [],
    account: { username: 'admin', password: 'a long one' },
    https: true,
    decodesH265: false,
  } as unknown as Seen;
  const profiles = (main: object, other: object = {}) => ({
    probe: {
      ...fine.probe,
      profiles: [
        { ...profile, role: 'main', ...main },
        { ...sub, ...other },
      ],
    },
  });

  it.each<[string, object, string[]]>([
    ['nothing', {}, []],
    ['an empty password', { account: { username: 'admin', password: '' } }, ['emptyPassword']],
    ['a shipped password', { account: { username: 'Admin', password: '12345' } }, ['defaultPassword']],
    ['H.265 that this browser lacks', profiles({ codec: 'h265' }), ['h265']],
    ['H.265 that it has', { ...profiles({ codec: 'h265' }), decodesH265: true }, []],
    ['key frames far apart', profiles({ keyIntervalSec: 4.1 }), ['keyFramesRare']],
    ['the same, measured', { looks: [{ codec: 'h264', fps: 25, keyIntervalSec: 4.5 }] }, ['keyFramesRare']],
    ['a clock that is off', { probe: { ...fine.probe, clockOffsetMs: -2001 } }, ['clockOff']],
    ['no sub stream', profiles({}, { streamUri: 'rtsp://x/main' }), ['subMissing']],
    ['a sub stream as large as the main one', profiles({}, { width: 1920, height: 1080 }), ['subAsLarge']],
    ['few frames', profiles({}, { fps: 4 }), ['frameRateLow']],
    ['no TLS', { https: false }, ['noTls']],
  ])('for %s', (_what, change, warnings) => expect(warningsOf({ ...fine, ...change })).toEqual(warnings));
});
