import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { LIVE_PATH } from '#contract/live.ts';
import { CameraNetworks } from '#lib/camera-networks.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { loadSecret } from '#lib/secret-box.ts';
import { openControls } from '../devices/onvif/controls.ts';
import { subscribeEvents } from '../devices/onvif/events.ts';
import { describeCamera } from '../devices/onvif/describe.ts';
import { discoverCameras } from '../devices/onvif/discover.ts';
import { BrokerClient } from '../devices/terminals/broker-client.ts';
import { EmbeddedBroker } from '../devices/terminals/embedded-broker.ts';
import { withCertificate } from '../devices/terminals/tls-files.ts';
import { TerminalInbox } from '../devices/terminals/terminal-inbox.ts';
import { CameraJudge } from '../streams/diagnosis/camera-judge.ts';
import { jpegOf } from '../streams/diagnosis/jpeg.ts';
import { Looker } from '../streams/diagnosis/looker.ts';
import { cut } from '../streams/footage/cutting.ts';
import { FootageReader } from '../streams/footage/reader.ts';
import { FlvGateway } from '../streams/gateway/flv-gateway.ts';
import { LiveGateway } from '../streams/gateway/live-gateway.ts';
import { StreamHouse } from '../streams/house.ts';
import { lookAt } from '../streams/look.ts';
import { Recorder } from '../streams/recorder/recorder.ts';
import { LockedVolumes } from '../streams/recorder/locked-volumes.ts';
import { volumeFiles } from '../streams/recorder/volume-files.ts';
import { RtmpServer } from '../streams/rtmp/server-process.ts';
import { auditing } from './auditing.ts';
import { EmbeddedDatabase } from './db/embedded/embedded-database.ts';
import { migrate } from './db/migrate.ts';
import { createPool } from './db/pool.ts';
import { accountRoutes, SESSION_COOKIE } from './features/accounts/routes.ts';
import { AccountsService } from './features/accounts/service.ts';
import { alertMarks } from './features/alerts/marks.ts';
import { alertRoutes } from './features/alerts/routes.ts';
import { handoverRoutes } from './features/alerts/handover-routes.ts';
import { Handovers } from './features/alerts/handovers.ts';
import { silenceRoutes } from './features/alerts/silence-routes.ts';
import { AlertsService } from './features/alerts/service.ts';
import { flvRoute } from './features/cameras/flv-route.ts';
import { cameraControlRoutes } from './features/cameras/control-routes.ts';
import { cameraEventMarks } from './features/camera-events/marks.ts';
import { cameraEventRoutes } from './features/camera-events/routes.ts';
import { auditRoutes } from './features/audit/routes.ts';
import { AuditService } from './features/audit/service.ts';
import { CameraEventsService } from './features/camera-events/service.ts';
import { cameraHealthRoutes } from './features/camera-health/routes.ts';
import { CameraHealthService } from './features/camera-health/service.ts';
import { cameraOnboardingRoutes } from './features/cameras/onboarding/routes.ts';
import { CasesService } from './features/cases/service.ts';
import { supervisionRoutes } from './features/cases/supervision-routes.ts';
import { calendarRoutes } from './features/calendar/routes.ts';
import { CalendarService } from './features/calendar/service.ts';
import { cameraRoutes } from './features/cameras/routes.ts';
import { CamerasService } from './features/cameras/service.ts';
import { exportRoutes } from './features/exports/routes.ts';
import { ExportsService } from './features/exports/service.ts';
import { FigureRollup } from './features/figures/rollup.ts';
import { queueSums, type SumsQuery } from './features/figures/sums.ts';
import { Adviser } from './features/forecast/advice/adviser.ts';
import { adviceRoutes } from './features/forecast/advice/routes.ts';
import { Expectations } from './features/forecast/expectations.ts';
import { forecastRoutes } from './features/forecast/routes.ts';
import { ForecastService } from './features/forecast/service.ts';
import { TypicalDays } from './features/forecast/typical-days.ts';
import { WhatIfService } from './features/forecast/what-if-service.ts';
import { figureRoutes } from './features/figures/routes.ts';
import { FiguresService } from './features/figures/service.ts';
import { footageRoutes } from './features/footage/routes.ts';
import { FootageService } from './features/footage/service.ts';
import { coverageRoutes } from './features/coverage/routes.ts';
import { CoverageService } from './features/coverage/service.ts';
import { hallRoutes } from './features/halls/routes.ts';
import { HallsService } from './features/halls/service.ts';
import { isOpen } from './features/picture-checks/hours.ts';
import { pictureFaultMarks } from './features/picture-checks/marks.ts';
import { pictureCheckRoutes } from './features/picture-checks/routes.ts';
import { PictureChecksService } from './features/picture-checks/service.ts';
import { FigureSampler } from './features/queues/figure-sampler.ts';
import { HallStates } from './features/queues/hall-states.ts';
import { queueRoutes } from './features/queues/routes.ts';
import { sceneRoutes } from './features/scenes/routes.ts';
import { ScenesService } from './features/scenes/service.ts';
import { ScreensService } from './features/screens/service.ts';
import { storageRoutes } from './features/storage/routes.ts';
import { StorageService } from './features/storage/service.ts';
import { recordingRoutes } from './features/recordings/routes.ts';
import { RecordingsService } from './features/recordings/service.ts';
import { DataLock } from './features/system/data-lock.ts';
import { DatabaseWatch } from './features/system/database-watch.ts';
import { FfmpegWatch } from './features/system/ffmpeg-watch.ts';
import { systemRoutes } from './features/system/routes.ts';
import { windowMarks } from './features/terminals/marks.ts';
import { accountIn } from './features/terminals/mosquitto-export.ts';
import { terminalRoutes } from './features/terminals/routes.ts';
import { TerminalsService } from './features/terminals/service.ts';
import type { HallOf } from './http/access.ts';
import { buildApp } from './http/app.ts';
import { checkAddress, listen } from './http/listener.ts';
import { Upgrades } from './http/upgrades.ts';
import { runProcess } from './process.ts';
import { Realtime, SOCKET_PATH } from './realtime/realtime.ts';

const clientDir = fileURLToPath(new URL('../client/dist', import.meta.url));

/** Everything the program consists of, in the order in which it starts; it stops the other way round. */
await runProcess(async ({ config, clock, log, life }) => {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const problems = new ProblemBoard(clock);
  const where = { host: config.bind, port: config.port };
  await checkAddress(where);

  await life.up('data folder', new DataLock(config.dataDir));
  const secret = await loadSecret(join(config.dataDir, 'secret.key'));
  const embedded = new EmbeddedDatabase({ dataDir: config.dataDir, log, clock });
  const url = config.databaseUrl ?? (await life.up('embedded database', embedded)).url;
  await migrate({ url, log });
  const db = createPool({ url, log });
  await life.up('database pool', db);
  await life.up('database watch', new DatabaseWatch({ db, clock, log, problems }));
  await life.up('ffmpeg', new FfmpegWatch({ path: config.ffmpeg, clock, log, problems }));

  const audit = new AuditService({ db, clock, log, problems, folder: config.auditFolder });
  await life.up('audit', audit);

  const storage = new StorageService({ db, clock, log, problems, dataDir: config.dataDir, secret });
  await life.up('storage', storage);
  const halls = new HallsService({ db, log });
  await life.up('halls', halls);
  const calendar = new CalendarService({ db, clock, log, problems, halls });
  await life.up('calendar', calendar);
  const cases = new CasesService({ db, clock, log, problems, secret, halls, calendar });
  await life.up('cases', cases);

  let setupCode: string | null = null;
  const accounts = new AccountsService({
    db,
    clock,
    log,
    places: halls,
    setupCode: config.setupCode,
    showSetupCode: (code) => (setupCode = code),
  });
  await life.up('accounts', accounts);

  const push = new RtmpServer({ listen: config.rtmp, clock, log, problems, metrics });
  await life.up('rtmp', push);
  const networks = new CameraNetworks(config.cameraNetworks);
  const streams = new StreamHouse({
    clock,
    log,
    ffmpegPath: config.ffmpeg,
    metrics,
    push,
    networks,
    transcodes: config.transcodes,
  });
  await life.up('streams', streams);
  const cameras = new CamerasService({
    db,
    clock,
    log,
    secret,
    streams,
    mayWatch: (account, hallId) => accounts.access.rightsOf(account).mayIn('camera.view', hallId),
    push,
    problems,
    discover: discoverCameras,
    describe: (request) => describeCamera({ ...request, networks }),
    openControls: (request) => openControls({ ...request, networks }),
    networks,
    look: (request) => lookAt({ ...request, clock, networks, ffmpegPath: config.ffmpeg }),
    metrics,
  });
  await life.up('cameras', cameras);
  const cameraHealth = new CameraHealthService({
    db,
    clock,
    log,
    streams,
    onMeasured: (samples) => cameras.measured(samples),
  });
  await life.up('camera health', cameraHealth);
  const cameraEvents = new CameraEventsService({
    db,
    clock,
    log,
    metrics,
    cameras,
    subscribe: (request) => subscribeEvents({ ...request, networks }),
  });
  cameraEvents.subscriptionChanged.on((cameraId) => cameras.heard(cameraId, cameraEvents.subscriptionOf(cameraId)));
  await life.up('camera events', cameraEvents);

  const terminals = new TerminalsService({
    ...{ db, clock, log, problems, metrics, halls },
    access: config.mqttUrl ? null : { mode: config.mqttAccess, shared: config.mqttCredentials },
    serverAccount: config.mqttUrl ? accountIn(config.mqttUrl) : null,
  });
  await life.up('terminals', terminals);
  const hallStates = new HallStates({ clock, log, halls, terminals });
  await life.up('hall states', hallStates);
  await life.up('figures', new FigureSampler({ db, clock, log, halls, hallStates }));
  await life.up('period figures', new FigureRollup({ db, clock, log }));
  const sums = (query: SumsQuery) => queueSums(db, query);
  const expectations = new Expectations({ db, halls, hallStates, calendar, sums });
  const forecasts = new ForecastService({ clock, expectations });
  const adviser = new Adviser({ db, clock, log, halls, hallStates, expectations });
  await life.up('adviser', adviser);
  const alerts = new AlertsService({
    ...{ db, clock, log, problems, halls, hallStates, cameras, cameraEvents, calendar },
    people: accounts,
  });
  await life.up('alerts', alerts);

  const scenes = new ScenesService({ db, clock, log, halls, cameras });
  await life.up('scenes', scenes);
  const screens = new ScreensService({ db, clock, log, scenes, halls, cameras, alerts });
  await life.up('screens', screens);

  const volumes = new LockedVolumes({ volumes: storage, clock, log, problems });
  await life.up('volume locks', volumes);
  const recorder = new Recorder({
    clock,
    log,
    metrics,
    volumes,
    hubOf: (cameraId, role) => streams.hub(cameraId, role),
    report: (report) => recordings.hear(report),
  });
  const recordings: RecordingsService = new RecordingsService({
    db,
    clock,
    log,
    problems,
    cameras,
    alerts,
    hours: {
      isOpen: (hallId) => calendar.isOpen(hallId, clock.now()) ?? isOpen(hallStates.live(hallId)),
      nextChange: (hallId) => calendar.nextChange(hallId, clock.now()),
      changed: calendar.changed,
    },
    volumes,
    files: volumeFiles,
    recorder,
  });
  await life.up('recordings', recordings);

  const looks = { clock, log, metrics, ffmpegPath: config.ffmpeg, intervalMs: config.lookEvery * 1000 };
  const pictureChecks = new PictureChecksService({
    db,
    clock,
    log,
    metrics,
    cameras,
    hours: { isOpen: (hallId) => isOpen(hallStates.live(hallId)) ?? calendar.isOpen(hallId, clock.now()) },
    enabled: config.lookEvery > 0,
    diagnosis: {
      looker: (hear) => new Looker({ ...looks, ...hear, hubOf: (cameraId) => streams.hub(cameraId, 'sub') }),
      judge: (raised) => new CameraJudge(raised),
      jpeg: (picture) => jpegOf(picture, config.ffmpeg),
    },
  });
  const tellFaults = (cameraId: string) =>
    cameras.pictureFaults(
      cameraId,
      pictureChecks.faultsOf(cameraId).map(({ fault }) => fault),
    );
  pictureChecks.changed.on(tellFaults);
  await life.up('picture checks', pictureChecks);
  for (const { id } of cameras.list()) tellFaults(id);

  const footage = new FootageService({
    ...{ db, clock, secret, cameras, halls },
    recorders: recorder,
    mayRead: (account, cameraId) =>
      accounts.access.rightsOf(account).mayIn('footage.view', cameras.find(cameraId)?.hallId),
    stores: storage.storeFiles,
    reader: new FootageReader({ ffmpegPath: config.ffmpeg, clock }),
    marks: [alertMarks, windowMarks, cameraEventMarks, pictureFaultMarks].map((of) => (asked) => of(db, asked)),
  });
  const exports = new ExportsService({
    ...{ db, clock, log, folder: join(config.dataDir, 'exports') },
    ...{ footage, stores: storage.storeFiles, cut },
  });
  await life.up('exports', exports);
  const coverage = new CoverageService({ db, clock, log, halls, cameras, calendar });
  await life.up('coverage', coverage);

  // Terminals are let in when everyone who listens to them is there.
  const link = config.mqttUrl
    ? new BrokerClient({ url: config.mqttUrl, clientId: 'hallwatch', clock, log, problems })
    : new EmbeddedBroker({
        ...{ host: config.mqttBind, port: config.mqttPort, log },
        access: terminals.access,
        tls: config.mqttTls && (await withCertificate(config.mqttTls)),
      });
  const inbox = new TerminalInbox({ clock, onMessage: terminals.receive, onReject: terminals.reject });
  await life.up('terminal link', { start: () => link.start(inbox.receive), stop: () => link.stop() });

  const audited = auditing({ audit, cameras, halls, terminals, alerts, trustProxy: config.trustProxy });
  const flv = new FlvGateway({ house: streams, clock, log, maxViewers: config.liveViewers });
  const hallOf: HallOf = {
    hall: (id) => halls.get(id)?.id,
    camera: (id) => cameras.find(id)?.hallId,
    alert: (id) => alerts.hallOf(id),
    case: (id) => cases.hallOf(id),
    card: (id) => cases.cards.hallOf(id),
  };
  const app = await buildApp({
    log,
    metrics,
    trustProxy: config.trustProxy,
    clientDir,
    authenticate: (cookies) => accounts.callerOf(cookies[SESSION_COOKIE]),
    hallOf,
    audit: audited.requests,
    routes: (app) => {
      systemRoutes(app, { problems, metrics });
      accountRoutes(app, { accounts });
      hallRoutes(app, { halls });
      calendarRoutes(app, { calendar });
      supervisionRoutes(app, { cases });
      cameraHealthRoutes(app, { health: cameraHealth, streams });
      cameraEventRoutes(app, { events: cameraEvents });
      cameraOnboardingRoutes(app, cameras);
      cameraRoutes(app, { cameras });
      cameraControlRoutes(app, { control: cameras.control });
      flvRoute(app, { cameras, flv: audited.watchedFlv(flv) });
      terminalRoutes(app, { terminals });
      queueRoutes(app, { db, clock, hallStates });
      forecastRoutes(app, {
        forecasts,
        whatIfs: new WhatIfService({ clock, expectations }),
        typicalDays: new TypicalDays({ clock, halls, calendar, sums }),
      });
      adviceRoutes(app, { adviser, clock, halls });
      figureRoutes(app, { figures: new FiguresService({ db, halls, calendar }) });
      alertRoutes(app, { alerts });
      auditRoutes(app, { audit });
      sceneRoutes(app, { scenes });
      silenceRoutes(app, { alerts });
      handoverRoutes(app, { alerts, handovers: new Handovers({ db, clock }) });
      storageRoutes(app, { storage });
      footageRoutes(app, { footage });
      exportRoutes(app, { exports });
      coverageRoutes(app, { coverage });
      pictureCheckRoutes(app, { pictureChecks });
      recordingRoutes(app, { recordings });
    },
  });
  await life.up('http', { start: () => undefined, stop: () => app.close() });
  const gateway = new LiveGateway({
    house: streams,
    authorise: audited.authorise,
    clock,
    log,
    maxViewers: config.liveViewers,
  });
  accounts.access.changed.on(() => gateway.review());
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
  const address = await listen(app, where);
  welcome(address, setupCode !== null && config.setupCode ? 'the one in HALLWATCH_SETUP_CODE' : setupCode);
});

/** What who started it needs to know, in plain words beside the log. */
function welcome(address: string, setupCode: string | null): void {
  const lines = ['', `  Hallwatch runs at ${address}`];
  if (setupCode !== null) {
    lines.push('', '  There is no account yet. Create the administrator in the browser:', `    ${address}/setup`);
    lines.push('  with this one-time setup code:', `    ${setupCode}`);
  }
  process.stdout.write([...lines, '', '  Ctrl-C stops it.', '', ''].join('\n'));
}
