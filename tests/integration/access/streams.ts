import { WebSocket } from 'ws';
import { expect } from 'vitest';
import { LIVE_PATH, LiveMessage } from '#contract/live.ts';
import { Role, rolePermissions } from '#contract/permissions.ts';
import { PASSWORD, type Cities } from '../../helpers/cities.ts';
import { RestClient } from '../../helpers/hallwatch.ts';

/** Streams, each with what it is asked for by somebody; what goes wrong, in words. */
export const streams: Readonly<Record<string, (cities: Cities, role: Role) => Promise<string[]>>> = {
  [LIVE_PATH]: liveFaults,
};

/** Somebody of this role comes to the city, looks where he may and where he may not, and loses his role while he looks. */
async function liveFaults({ url, root, home, foreign }: Cities, role: Role): Promise<string[]> {
  const faults: string[] = [];
  const username = `looks-${role}`;
  const grants = [{ role, scope: { of: 'region', id: home.region } }];
  await root.call('POST', '/api/accounts', { username, displayName: username, password: PASSWORD, grants });
  const own = new RestClient(url);
  await own.call('POST', '/api/session', { username, password: PASSWORD });
  const tokenFor = (who: RestClient, camera: string) =>
    who.call<{ token: string }>('POST', `/api/cameras/${camera}/live-token`, { role: 'sub' }).then(
      ({ token }) => token,
      () => null,
    );

  if ((await tokenFor(own, foreign.camera)) !== null) faults.push(`${role} has a token for another city`);
  const token = await tokenFor(own, home.camera);
  const may = rolePermissions[role].has('camera.view');
  if ((token !== null) !== may) faults.push(`${role} has ${token === null ? 'no' : 'a'} token for his city`);
  if (token === null) return faults;

  const seeing = look(url, token);
  await expect.poll(() => seeing.heard.length, { message: `${role} looks` }).toBeGreaterThan(0);
  if (seeing.heard.includes('end')) faults.push(`${role} does not see his city`);
  for (const [what, other] of [
    ['none', ''],
    ['an altered token', `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`],
    ['another camera', token.replace(/^[^.]+/, (await tokenFor(root, foreign.camera))!.split('.')[0]!)],
  ] as const) {
    const stranger = look(url, other);
    await stranger.closed;
    if (stranger.last !== 'LIVE_TOKEN_INVALID') faults.push(`${role} with ${what}: ${stranger.last}`);
  }

  await root.call('PUT', `/api/accounts/${username}/grants`, []);
  await seeing.closed;
  const late = look(url, token);
  await late.closed;
  if (seeing.last !== 'NOT_FOUND' || late.last !== 'NOT_FOUND') {
    faults.push(`${role} without his role: ${seeing.last}, and ${late.last} with the token he had`);
  }
  return faults;
}

/** What is heard over a live stream: types of messages, and the code of the last. */
function look(url: string, token: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${LIVE_PATH}?token=${encodeURIComponent(token)}`);
  const heard: string[] = [];
  const stream = { heard, last: '', closed: new Promise<void>((resolve) => socket.on('close', () => resolve())) };
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return;
    const message = LiveMessage.parse(JSON.parse(data.toString()));
    heard.push(message.type);
    if (message.type === 'end') stream.last = message.code;
  });
  return stream;
}

/** Every role, one after the other. */
export async function streamFaults(cities: Cities, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const role of Role.options) faults.push(...(await streams[name]!(cities, role)));
  return faults;
}
