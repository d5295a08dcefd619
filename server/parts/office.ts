import { CameraNetworks } from '#lib/camera-networks.ts';
import { IdentityService } from '../features/accounts/identity/service.ts';
import { Registrations } from '../features/accounts/registrations.ts';
import { AccountsService } from '../features/accounts/service.ts';
import { AnnouncementsService } from '../features/announcements/service.ts';
import { CalendarService } from '../features/calendar/service.ts';
import { CasesService } from '../features/cases/service.ts';
import { HallsService } from '../features/halls/service.ts';
import { MattersService } from '../features/matters/service.ts';
import { PerformanceService } from '../features/performance/service.ts';
import { StatisticsService } from '../features/statistics/service.ts';
import { TrainingService } from '../features/training/service.ts';
import type { Ground } from './ground.ts';

export type Office = Awaited<ReturnType<typeof openOffice>>;

/** Places, days, people and what is supervised: halls, calendar, cases, orders and complaints, accounts with their rights. */
export async function openOffice(ground: Ground) {
  const { config, db, clock, log, life, problems, secret } = ground;
  const halls = new HallsService({ db, log });
  await life.up('halls', halls);
  const calendar = new CalendarService({ db, clock, log, problems, halls });
  await life.up('calendar', calendar);
  const cases = new CasesService({
    ...{ db, clock, log, problems, secret, halls, calendar },
    exchangeFolder: config.exchangeFolder,
  });
  await life.up('cases', cases);

  const matters = new MattersService({ db, clock, log, secret, halls, departments: cases.registers, limits: cases });
  await life.up('matters', matters);

  const performance = new PerformanceService({ db, clock, departments: cases.registers });
  const statistics = new StatisticsService({ db, clock, halls, registers: cases.registers });

  let setupCode: string | null = null;
  const accounts = new AccountsService({
    db,
    clock,
    log,
    secret,
    places: halls,
    setupCode: config.setupCode,
    showSetupCode: (code) => (setupCode = code),
  });
  await life.up('accounts', accounts);
  const announcements = new AnnouncementsService({
    ...{ db, clock, halls },
    whoMay: (permission, hallIds) => accounts.access.whoMay(permission, hallIds),
  });
  const identityNetworks = new CameraNetworks(config.identityNetworks);
  const identity = new IdentityService({ db, clock, log, secret, networks: identityNetworks, accounts });
  await life.up('identity', { start: () => identity.start(), stop: () => undefined });
  const registrations = new Registrations({ db, clock, places: halls, accounts, isOpen: config.registration });

  const training = new TrainingService({ db, isOpen: config.training });

  return {
    ...ground,
    halls,
    calendar,
    cases,
    matters,
    performance,
    statistics,
    accounts,
    announcements,
    identity,
    training,
    registrations,
    setupCode: () => setupCode,
  };
}
