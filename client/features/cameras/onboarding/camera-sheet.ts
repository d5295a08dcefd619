import type { Camera } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import { MOST_ROWS, readRows, type SheetRow } from './sheet.ts';

/** The columns of a list of cameras, and the names that each may have. The first two are those of the template. */
const COLUMNS = {
  hall: ['大厅', 'hall', '大厅编号', 'hall id'],
  name: ['名称', 'name', '摄像机', 'camera'],
  purpose: ['用途', 'purpose'],
  address: ['地址', 'address', 'ip', 'url'],
  username: ['用户名', 'user', 'username', '用户'],
  password: ['密码', 'password'],
  windows: ['窗口', 'windows', 'window'],
  x: ['位置x', 'x', 'place x'],
  y: ['位置y', 'y', 'place y'],
  bearing: ['朝向', 'bearing', 'direction'],
} as const satisfies Record<string, readonly string[]>;
export type Column = keyof typeof COLUMNS;
const columns = Object.keys(COLUMNS) as Column[];
const REQUIRED: readonly Column[] = ['hall', 'name', 'address'];

const PURPOSES: Record<string, Camera['purpose']> = {
  '': 'window',
  window: 'window',
  窗口: 'window',
  'public-area': 'public-area',
  'public area': 'public-area',
  公共区域: 'public-area',
  'back-office': 'back-office',
  'back office': 'back-office',
  后台办公: 'back-office',
  后台: 'back-office',
};

/** What is wrong with a row, as a key under `onboarding.sheet.problem`. */
export interface Problem {
  column: Column;
  key:
    'missing' | 'tooLong' | 'hall' | 'purpose' | 'address' | 'account' | 'twice' | 'windows' | 'number' | 'halfAPlace';
  value: string;
}

/** A row that can be added. Its password goes to the server and nowhere else. */
export interface Entry {
  hallId: string;
  name: string;
  purpose: Camera['purpose'];
  address: string;
  username: string;
  password: string;
  windowIds: string[];
  place: { x: number; y: number } | null;
  bearing: number | null;
}

export interface CheckedRow {
  line: number;
  hall: string;
  name: string;
  address: string;
  problems: Problem[];
  /** The camera of ours that has this address already. */
  known: Camera | null;
  entry: Entry;
}

export type CheckedSheet =
  | { ok: true; rows: CheckedRow[] }
  | { ok: false; key: 'empty' | 'tooManyRows' | 'columnMissing' | 'columnUnknown'; value: string };

/** The first rows of a file to fill in, in either language; Excel knows the encoding by the mark. */
export function template(language: 'zh-CN' | 'en', hallId: string): string {
  const names = columns.map((column) => COLUMNS[column][language === 'en' ? 1 : 0]);
  const example = [`# ${hallId || 'hall-1'}`, language === 'en' ? 'Window 07' : '窗口 07', 'window', '192.168.1.64'];
  return `\ufeff${names.join(',')}\r\n${[...example, 'admin', '', '07', '', '', ''].join(',')}\r\n`;
}

/** Reads a list of cameras and says of each row what is wrong with it; nothing is sent anywhere. */
export function checkSheet(text: string, halls: readonly Hall[], cameras: readonly Camera[]): CheckedSheet {
  const [head, ...rows] = readRows(text.replace(/^\ufeff/, ''));
  if (!head || rows.length === 0) return { ok: false, key: 'empty', value: '' };
  if (rows.length > MOST_ROWS) return { ok: false, key: 'tooManyRows', value: String(rows.length) };
  const order = head.cells.map((name) => columns.find((column) => has(COLUMNS[column], name.toLowerCase())) ?? null);
  const unknown = head.cells.find((name, at) => name !== '' && order[at] === null);
  if (unknown !== undefined) return { ok: false, key: 'columnUnknown', value: unknown };
  const missing = REQUIRED.filter((column) => !order.includes(column));
  if (missing.length > 0) return { ok: false, key: 'columnMissing', value: missing.join(', ') };
  const seen = new Map<string, number>();
  return { ok: true, rows: rows.map((row) => checkRow(row, order, { halls, cameras, seen })) };
}

interface Surroundings {
  halls: readonly Hall[];
  cameras: readonly Camera[];
  /** The line of each address so far. */
  seen: Map<string, number>;
}

function checkRow({ line, cells }: SheetRow, order: (Column | null)[], around: Surroundings): CheckedRow {
  const cell = (column: Column) => cells[order.indexOf(column)] ?? '';
  const problems: Problem[] = [];
  const wrong = (column: Column, key: Problem['key'], value = cell(column)) => problems.push({ column, key, value });
  for (const column of REQUIRED) if (cell(column) === '') wrong(column, 'missing');
  if (cell('name').length > 100) wrong('name', 'tooLong');

  const hall = around.halls.find(({ id, name }) => [id, name.zh, name.en].includes(cell('hall')));
  if (!hall && cell('hall') !== '') wrong('hall', 'hall');
  const purpose = PURPOSES[cell('purpose').toLowerCase()];
  if (!purpose) wrong('purpose', 'purpose');

  const address = cell('address');
  if (/^[a-z]+:\/\/[^/]*@/i.test(address)) wrong('address', 'account', '');
  else if (address !== '' && !isAddress(address)) wrong('address', 'address');
  const key = address.toLowerCase();
  const before = around.seen.get(key);
  if (before !== undefined) wrong('address', 'twice', String(before));
  else if (address !== '') around.seen.set(key, line);

  const labels = cell('windows')
    .split(/[\s|;,、，；]+/)
    .filter(Boolean);
  const windows = labels.map((label) => hall?.windows.find(({ id, label: shown }) => id === label || shown === label));
  const strange = labels.filter((_label, at) => hall && !windows[at]);
  if (strange.length > 0) wrong('windows', 'windows', strange.join(', '));

  const numberOf = (column: 'x' | 'y' | 'bearing') => {
    const value = cell(column) === '' ? null : Number(cell(column));
    if (value !== null && !Number.isFinite(value)) wrong(column, 'number');
    return value;
  };
  const [x, y, bearing] = [numberOf('x'), numberOf('y'), numberOf('bearing')];
  if ((x === null) !== (y === null)) wrong(x === null ? 'x' : 'y', 'halfAPlace');

  return {
    line,
    hall: cell('hall'),
    name: cell('name'),
    address: address.replace(/\/\/[^/]*@/, '//'),
    problems,
    known: around.cameras.find((camera) => livesAt(camera, address)) ?? null,
    entry: {
      hallId: hall?.id ?? '',
      name: cell('name'),
      purpose: purpose ?? 'window',
      address,
      username: cell('username'),
      password: cell('password'),
      windowIds: windows.flatMap((window) => (window ? [window.id] : [])),
      place: x === null || y === null ? null : { x, y },
      bearing,
    },
  };
}

export function isStream(address: string): boolean {
  return /^rtsps?:\/\//i.test(address);
}

/** An rtsp://, http:// or https:// address, or a host with or without a port. */
export function isAddress(text: string): boolean {
  if (isStream(text) || /^https?:\/\//i.test(text)) return /^\w+:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/.test(text);
  return /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(text) || /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text);
}

function livesAt(camera: Camera, address: string): boolean {
  if (address === '') return false;
  if (isStream(address)) return camera.profiles.some(({ streamUri }) => streamUri === address);
  const theirs = camera.onvifUrl === null ? null : URL.parse(camera.onvifUrl);
  if (!theirs) return false;
  if (/^https?:\/\//i.test(address)) return URL.parse(address)?.href === theirs.href;
  return (
    address === theirs.hostname || address === theirs.host || address === `${theirs.hostname}:${theirs.port || 80}`
  );
}

function has(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
