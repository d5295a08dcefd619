import { io, type Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { permissions, rolePermissions, Role, type Permission } from '#contract/permissions.ts';
import type { Way } from '#contract/ways.ts';
import { asOfNowhere, tellsOf } from './asking.ts';
import { hallOf, nowhere, type Cities } from '../../helpers/cities.ts';
import { causes, commands } from './socket-entries.ts';

/** Somebody's open wall, and all it heard, by event. */
export class Wall {
  readonly who: string;
  readonly role: Role | null;
  readonly socket: Socket;
  readonly heard = new Map<string, string>();

  constructor(url: string, who: string, role: Role | null, cookie: string) {
    this.who = who;
    this.role = role;
    this.socket = io(url, { transports: ['websocket'], reconnection: false, extraHeaders: { cookie } });
    this.socket.onAny((event: string, ...payload: unknown[]) => {
      this.heard.set(event, (this.heard.get(event) ?? '') + JSON.stringify(payload));
      // a screen says when it has painted
      const painted = payload.at(-1);
      if (typeof painted === 'function') (painted as () => void)();
    });
  }

  async ask(command: string, args: readonly unknown[]): Promise<{ code: string | null; text: string }> {
    const answer = (await this.socket.emitWithAck(command, ...args)) as { error?: { code: string } };
    return { code: answer.error?.code ?? null, text: JSON.stringify(answer) };
  }
}

/** A wall of every role in the city, of somebody without any right, and of one who may everything. */
export function openWalls(cities: Cities): Wall[] {
  return [
    ...Role.options.map((role) => new Wall(cities.url, role, role, cities.cookieOf(role)!)),
    new Wall(cities.url, 'nobody', null, cities.cookieOf('nobody')!),
    new Wall(cities.url, 'everywhere', 'administrator', cities.cookieOf('administrator', 'all')!),
  ];
}

const facts = { width: 1920, height: 1080, ratio: 1, visible: true, awake: false };
const screenOf = ({ who }: Wall) => ({ group: 'walls', name: who });
const isRefusal = (code: string | null) => code === 'FORBIDDEN' || code === 'NOT_FOUND';

/** A hall that goes: whoever sees a part of the house alone is cut off and comes back, and hears of no other city meanwhile. */
export async function removalFaults({ root, home, foreign }: Cities, walls: readonly Wall[]): Promise<string[]> {
  const everywhere = walls.at(-1)!;
  for (const city of [foreign, home]) {
    const hall = `${city.hall}-annex`;
    await root.call('PUT', `/api/halls/${hall}`, hallOf({ ...city, hall }));
    await root.call('DELETE', `/api/halls/${hall}`);
  }
  await expect.poll(() => everywhere.heard.get('hall.removed') ?? '').toContain(`${home.hall}-annex`);
  expect(everywhere.heard.get('hall.removed')).toContain(`${foreign.hall}-annex`);
  return walls.flatMap((wall) => {
    const heard = wall.who === 'everywhere' ? '' : (wall.heard.get('hall.removed') ?? '');
    return tellsOf(heard, foreign).length > 0 ? [`${wall.who} hears that a hall of another city went`] : [];
  });
}

/** Another wall takes each screen's name: the one that had it hears so, and nobody else. */
export async function replacedFaults(cities: Cities, walls: readonly Wall[]): Promise<string[]> {
  const faults: string[] = [];
  // all were screens of one name before
  for (const { heard } of walls) heard.delete('screen.replaced');
  for (const wall of walls.filter(({ role }) => role !== null)) {
    await wall.ask('screen.join', [screenOf(wall), facts]);
    const heard = () => walls.filter((each) => each.heard.has('screen.replaced')).map(({ who }) => who);
    const before = heard();
    const cookie = cities.cookieOf(wall.role!, wall.who === 'everywhere' ? 'all' : 'city')!;
    const newer = new Wall(cities.url, wall.who, wall.role, cookie);
    await newer.ask('screen.join', [screenOf(wall), facts]);
    await expect.poll(() => wall.heard.get('screen.replaced')).toBe('[]');
    const others = heard().filter((who) => who !== wall.who && !before.includes(who));
    if (newer.heard.has('screen.replaced') || others.length > 0) faults.push(`${wall.who} replaced, and ${others} too`);
    newer.socket.disconnect();
  }
  return faults;
}

/** What goes wrong with commands, in words. */
export async function commandFaults(cities: Cities, walls: readonly Wall[], ways: readonly Way[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, needs } of ways.filter(({ kind }) => kind === 'command')) {
    const { args, elsewhere } = commands[name as keyof typeof commands];
    for (const wall of walls) {
      const may = needs === 'session' || (wall.role !== null && rolePermissions[wall.role].has(needs as never));
      const isEverywhere = wall.who === 'everywhere';
      const isIn = may && (elsewhere !== 'everywhere' || isEverywhere);
      const inside = await wall.ask(name, args(cities.home));
      const says = `${name} as ${wall.who}: ${inside.text.slice(0, 200)}`;
      // a screen that was never joined has nothing to tell
      if (isRefusal(inside.code) === isIn && name !== 'screen.tell') faults.push(says);
      if (isEverywhere) continue;
      if (tellsOf(inside.text, cities.foreign).length > 0) faults.push(`${says} tells of another city`);
      if (elsewhere !== 'absent') continue;
      const there = await wall.ask(name, args(cities.foreign));
      const none = await wall.ask(name, args(nowhere));
      if (!isRefusal(there.code) || asOfNowhere(there.text, cities.foreign) !== none.text) {
        faults.push(`${name} of another city as ${wall.who}: ${there.text}`);
      }
    }
  }
  return faults;
}

/** Makes everything happen in the other city and then in this one; what walls heard that they should not have, in words. */
export async function eventFaults(cities: Cities, walls: readonly Wall[], ways: readonly Way[]): Promise<string[]> {
  const { home, foreign } = cities;
  const faults: string[] = [];
  for (const wall of walls) {
    await wall.ask('wall.open', []);
    for (const city of [home, foreign]) {
      await wall.ask('hall.watch', [city.hall]);
      await wall.ask('camera.watch', [city.camera]);
    }
  }
  for (const { name, needs } of ways.filter(({ kind }) => kind === 'event')) {
    const cause = causes[name as keyof typeof causes];
    if (typeof cause === 'string') continue;
    for (const wall of walls) if (name === 'screen.show') await wall.ask('screen.join', [screenOf(wall), facts]);
    const hearing = walls.filter(({ role, who }) => {
      const may = role !== null && rolePermissions[role].has(needs as Permission);
      return may && (permissions[needs as Permission] === 'hall' || who === 'everywhere');
    });
    const screens = hearing.map((wall) => screenOf(wall).name);
    for (const city of [foreign, home]) await cause(cities, city, walls.at(-1)!, screens);
    for (const wall of hearing) {
      await expect.poll(() => wall.heard.get(name) ?? '', { message: `${name} at ${wall.who}` }).toContain(home.name);
    }
    await expect
      .poll(() => walls.at(-1)!.heard.get(name), { message: `${name} at everywhere` })
      .toContain(foreign.name);
    for (const wall of walls) {
      if (!hearing.includes(wall) && wall.heard.has(name)) faults.push(`${wall.who} hears ${name}`);
    }
  }
  // an answer comes after whatever was sent before it
  for (const wall of walls) await wall.ask('hall.unwatch', [home.hall]);
  for (const wall of walls.filter(({ who }) => who !== 'everywhere')) {
    const told = [...wall.heard].filter(([, text]) => tellsOf(text, foreign).length > 0);
    faults.push(...told.map(([event]) => `${wall.who} hears of another city by ${event}`));
  }
  return faults;
}
