import { registrationRoutes } from '../features/accounts/registration-routes.ts';
import { accountRoutes } from '../features/accounts/routes.ts';
import { adapterRoutes } from '../features/adapters/routes.ts';
import { handoverRoutes } from '../features/alerts/handover-routes.ts';
import { alertRoutes } from '../features/alerts/routes.ts';
import { silenceRoutes } from '../features/alerts/silence-routes.ts';
import { announcementRoutes } from '../features/announcements/routes.ts';
import { auditRoutes } from '../features/audit/routes.ts';
import { calendarRoutes } from '../features/calendar/routes.ts';
import { cameraEventRoutes } from '../features/camera-events/routes.ts';
import { cameraHealthRoutes } from '../features/camera-health/routes.ts';
import { cameraControlRoutes } from '../features/cameras/control-routes.ts';
import { flvRoute, type FlvPorts } from '../features/cameras/flv-route.ts';
import { cameraOnboardingRoutes } from '../features/cameras/onboarding/routes.ts';
import { cameraRoutes } from '../features/cameras/routes.ts';
import { cardFootageRoutes } from '../features/cases/cards/footage-routes.ts';
import { cardNoticeRoutes } from '../features/cases/cards/notice-routes.ts';
import { supervisionRoutes } from '../features/cases/supervision-routes.ts';
import { coverageRoutes } from '../features/coverage/routes.ts';
import { exportRoutes } from '../features/exports/routes.ts';
import { figureRoutes } from '../features/figures/routes.ts';
import { footageRoutes } from '../features/footage/routes.ts';
import { viewingRoutes } from '../features/footage/viewing-routes.ts';
import { adviceRoutes } from '../features/forecast/advice/routes.ts';
import { forecastRoutes } from '../features/forecast/routes.ts';
import { hallRoutes } from '../features/halls/routes.ts';
import { inboxRoutes } from '../features/inbox/routes.ts';
import { publicMatterRoutes } from '../features/matters/public-routes.ts';
import { inspectionRoutes } from '../features/inspections/routes.ts';
import { matterRoutes } from '../features/matters/routes.ts';
import { outputRoutes } from '../features/outputs/routes.ts';
import { performanceRoutes } from '../features/performance/routes.ts';
import { pictureCheckRoutes } from '../features/picture-checks/routes.ts';
import { privacyRoutes } from '../features/privacy/routes.ts';
import { staffNoticeRoutes } from '../features/privacy/staff-notice-routes.ts';
import { StaffNotices } from '../features/privacy/staff-notices.ts';
import { queueRoutes } from '../features/queues/routes.ts';
import { recordingRoutes } from '../features/recordings/routes.ts';
import { retentionRoutes } from '../features/retention/routes.ts';
import { sceneRoutes } from '../features/scenes/routes.ts';
import { statisticsRoutes } from '../features/statistics/routes.ts';
import { storageRoutes } from '../features/storage/routes.ts';
import { systemRoutes } from '../features/system/routes.ts';
import { commandRoutes } from '../features/terminals/commands/routes.ts';
import { terminalRoutes } from '../features/terminals/routes.ts';
import { webhookRoutes } from '../features/terminals/webhook-routes.ts';
import { trainingRoutes } from '../features/training/routes.ts';
import type { Admission } from '../../streams/gateway/live-gateway.ts';
import type { App } from '../http/app-type.ts';
import { socketWays } from '../realtime/ways.ts';
import type { Looks } from './looks.ts';

/** Every address of the API, feature by feature; each declares whom it is for, and takes of the house what it needs. */
export function allRoutes(app: App, house: Looks & FlvPorts<Admission>): void {
  systemRoutes(app, house);
  accountRoutes(app, { ...house, ways: socketWays });
  registrationRoutes(app, house);
  hallRoutes(app, house);
  calendarRoutes(app, house);
  supervisionRoutes(app, house);
  cardFootageRoutes(app, house);
  cardNoticeRoutes(app, house);
  matterRoutes(app, house);
  inspectionRoutes(app, house);
  publicMatterRoutes(app, house);
  performanceRoutes(app, house);
  statisticsRoutes(app, house);
  announcementRoutes(app, house);
  trainingRoutes(app, house);
  inboxRoutes(app, [
    house.cases.cards,
    house.cardNotices,
    house.matters,
    house.performance.appeals,
    house.announcements,
  ]);
  cameraHealthRoutes(app, { health: house.cameraHealth, streams: house.streams, cameras: house.cameras });
  cameraEventRoutes(app, { events: house.cameraEvents });
  cameraOnboardingRoutes(app, house.cameras);
  cameraRoutes(app, house);
  cameraControlRoutes(app, { control: house.cameras.control });
  privacyRoutes(app, house);
  staffNoticeRoutes(app, { staffNotices: new StaffNotices(house) });
  flvRoute(app, house);
  terminalRoutes(app, house);
  commandRoutes(app, house);
  adapterRoutes(app, house);
  webhookRoutes(app, house);
  queueRoutes(app, house);
  forecastRoutes(app, house);
  adviceRoutes(app, house);
  figureRoutes(app, house);
  alertRoutes(app, house);
  outputRoutes(app, house);
  auditRoutes(app, house);
  sceneRoutes(app, house);
  silenceRoutes(app, house);
  handoverRoutes(app, house);
  storageRoutes(app, house);
  retentionRoutes(app, house);
  footageRoutes(app, house);
  viewingRoutes(app, house);
  exportRoutes(app, house);
  coverageRoutes(app, house);
  pictureCheckRoutes(app, house);
  recordingRoutes(app, house);
}
