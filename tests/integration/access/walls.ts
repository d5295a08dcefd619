import { io, type Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { rolePermissions, Role } from '#contract/permissions.ts';
import type { Way } from '#contract/ways.ts';
import { asOfNowhere, tellsOf } from './asking.ts';
import { nowhere, type Cities } from '../../helpers/cities.ts';
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

const isRefusal = (code: string | null) => code === 'FORBIDDEN' || code === 'NOT_FOUND';

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
    await cause(cities, foreign);
    await cause(cities, home);
    const hearing = walls.filter(({ role }) => role !== null && rolePermissions[role].has(needs as never));
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
