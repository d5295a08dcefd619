import { fileURLToPath } from 'node:url';
import { LIVE_PATH } from '#contract/live.ts';
import { readCertificate } from '#lib/certificate.ts';
import { FlvGateway } from '../../streams/gateway/flv-gateway.ts';
import { LiveGateway } from '../../streams/gateway/live-gateway.ts';
import { SESSION_COOKIE } from '../features/accounts/session-cookie.ts';
import type { HallOf } from '../http/access.ts';
import { buildApp } from '../http/app.ts';
import { listen } from '../http/listener.ts';
import { Upgrades } from '../http/upgrades.ts';
import { Realtime, SOCKET_PATH } from '../realtime/realtime.ts';
import { auditing } from './auditing.ts';
import type { Looks } from './looks.ts';
import { allRoutes } from './routes.ts';

const clientDir = fileURLToPath(new URL('../../client/dist', import.meta.url));

/** The way in: HTTP, live pictures, sockets. It is open when everything behind it stands; gives its address. */
export async function openDoors(house: Looks): Promise<string> {
  const { config, clock, log, life, metrics, problems, audit, accounts, halls, cases, streams, cameras } = house;
  const { cameraEvents, terminals, adapters, hallStates, adviser, alerts, screens, recordings, exports } = house;
  const { privacy, viewing, liveReasons } = house;
  const audited = auditing({
    ...{ audit, cameras, halls, terminals, adapters, alerts, privacy, liveReasons },
    trustProxy: config.trustProxy,
  });
  const flv = new FlvGateway({ house: streams, clock, log, maxViewers: config.liveViewers });
  const hallOf: HallOf = {
    hall: (id) => halls.get(id)?.id,
    camera: (id) => cameras.find(id)?.hallId,
    alert: (id) => alerts.hallOf(id),
    case: (id) => cases.placeOf(id),
    card: (id) => cases.cards.placeOf(id),
  };
  const tls = config.tls && (await readCertificate(config.tls));
  const app = await buildApp({
    log,
    tls,
    metrics,
    trustProxy: config.trustProxy,
    clientDir,
    authenticate: (cookies) => accounts.callerOf(cookies[SESSION_COOKIE]),
    hallOf,
    audit: audited.requests,
    routes: (app) => allRoutes(app, { ...house, authorise: audited.authorise, flv }),
  });
  await life.up('http', { start: () => undefined, stop: () => app.close() });
  const gateway = new LiveGateway({
    house: streams,
    authorise: audited.authorise,
    clock,
    log,
    maxViewers: config.liveViewers,
  });
  const reviewViews = () => [gateway, flv].forEach((each) => each.review());
  accounts.access.changed.on(reviewViews);
  cameras.changed.on(reviewViews); // it may have moved to another hall
  privacy.changed.on(reviewViews);
  viewing.changed.on(reviewViews);
  accounts.sessions.ended.on(reviewViews);
  const upgrades = new Upgrades({
    server: app.server,
    clock,
    routes: [
      { path: LIVE_PATH, handle: (request, socket, head) => gateway.handleUpgrade(request, socket, head) },
      { path: SOCKET_PATH, handle: null },
    ],
  });
  await life.up('upgrades', upgrades);
  await life.up('flv gateway', { start: () => undefined, stop: () => flv.stop() });
  await life.up('live gateway', { start: () => undefined, stop: () => gateway.stop() });
  const realtime = new Realtime({
    ...{ server: app.server, clock, log, metrics },
    cookieName: SESSION_COOKIE,
    trustProxy: config.trustProxy,
    sessions: accounts.sessions,
    access: accounts.access,
    hallOf,
    ...{ halls, hallStates, cameras, cameraEvents, alerts, adviser, exports, problems, recordings, screens },
  });
  await life.up('realtime', realtime);
  return await listen(app, { host: config.bind, port: config.port }, tls !== null);
}
