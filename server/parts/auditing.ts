import type { IncomingMessage } from 'node:http';
import { fastifyCookie } from '@fastify/cookie';
import type { Alert } from '#contract/alerts.ts';
import type { ProfileRole } from '#contract/cameras.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { Authorise } from '../../streams/gateway/live-gateway.ts';
import { SESSION_COOKIE } from '../features/accounts/session-cookie.ts';
import { idOf } from '../features/accounts/sessions.ts';
import type { AdaptersService } from '../features/adapters/service.ts';
import type { AlertsService } from '../features/alerts/service.ts';
import { RequestAudit, type SubjectsPort } from '../features/audit/request-audit.ts';
import type { AuditService } from '../features/audit/service.ts';
import type { CamerasService } from '../features/cameras/service.ts';
import type { LiveReasons } from '../features/footage/live-reasons.ts';
import type { HallsService } from '../features/halls/service.ts';
import type { PrivacyService } from '../features/privacy/service.ts';
import type { TerminalsService } from '../features/terminals/service.ts';

interface House {
  audit: AuditService;
  cameras: CamerasService;
  halls: HallsService;
  terminals: TerminalsService;
  adapters: AdaptersService;
  alerts: AlertsService;
  privacy: PrivacyService;
  liveReasons: LiveReasons;
  trustProxy: boolean;
}

/** Where the house meets the audit: requests, live views, and what is done with alerts. */
export function auditing(house: House) {
  const { audit, alerts } = house;
  auditAlerts(audit, alerts.changed);
  const { writer, sightings } = audit;
  const requests = new RequestAudit({ writer, sightings, subjects: auditedSubjects(house), sessionOf });
  return { requests, ...auditedViews(house) };
}

function sessionOf(cookies: Readonly<Record<string, string | undefined>>): string | null {
  const token = cookies[SESSION_COOKIE];
  return token === undefined ? null : idOf(token);
}

/** What the audit asks about things that are changed. */
function auditedSubjects(house: House): SubjectsPort {
  const { cameras, halls, terminals, adapters, alerts } = house;
  const camera = (id: string) => cameras.list().find((each) => each.id === id);
  return {
    now(kind, id) {
      switch (kind) {
        case 'camera':
          return camera(id);
        case 'hall':
          return halls.get(id);
        case 'region':
          return halls.regions().find((each) => each.id === id);
        case 'terminal':
          return terminals.list().find((each) => [each.hallId, each.kind, each.deviceId].join('/') === id);
        case 'adapter':
          return adapters.list().find((each) => each.id === id)?.definition;
        case 'rule':
          return alerts.rule(id);
        default:
          return undefined;
      }
    },
    hallOf(kind, id) {
      if (kind === 'camera') return camera(id)?.hallId ?? null;
      if (kind === 'terminal') return id.split('/')[0] || null;
      return kind === 'hall' ? id : null;
    },
  };
}

/** What people do with alerts, over REST or the socket: the alert tells of it itself. */
function auditAlerts(audit: AuditService, changed: Emitter<Alert>): void {
  const told = new Map<string, number>();
  changed.on(({ id, revision, hallId, status, verdict, assignedTo, lastAct: { act, by, at } }) => {
    if (by === null || told.get(id) === revision) return;
    told.set(id, revision);
    if (told.size > 1000) told.delete(told.keys().next().value!);
    const details = { act, status, verdict, assignedTo };
    const who = { account: by, session: null, address: null };
    audit.writer.note({ ...who, act: 'alert.acted', subjectId: id, hallId, details, at: Date.parse(at) });
  });
}

interface Watched {
  cameraId: string;
  role: ProfileRole;
  account: string;
  reason: string | null;
}

/** Live pictures are told from the first to the last, however they are watched. */
function auditedViews({ audit, cameras, privacy, liveReasons, trustProxy }: House) {
  function begin(request: IncomingMessage, { cameraId, role, account, reason }: Watched): () => void {
    const { headers, socket } = request;
    const session = sessionOf(fastifyCookie.parse(headers.cookie ?? ''));
    const forwarded = trustProxy
      ? String(headers['x-forwarded-for'] ?? '')
          .split(',')[0]!
          .trim()
      : '';
    const address = forwarded || (socket.remoteAddress ?? null);
    const hallId = cameras.list().find(({ id }) => id === cameraId)?.hallId ?? null;
    const who = { account, session, address };
    return audit.sightings.begin({ ...who, act: 'live.watched', subjectId: cameraId, hallId, reason }, role);
  }

  const authorise: Authorise = (token, request) => {
    const allowed = cameras.authoriseLive(token);
    if (!allowed.ok) return allowed;
    const { cameraId } = allowed;
    const isAsked = () => liveReasons.isAsked(cameras.find(cameraId)?.purpose);
    const reason = liveReasons.reasonOf(allowed.sessionId, cameraId);
    if (reason === null && isAsked()) return { ok: false, code: 'REASON_REQUIRED' };
    // he watches by the rights that he came with, covered or not; with others he comes anew
    const isMasked = () => privacy.coveredFor(allowed, cameraId).length > 0;
    const masked = isMasked();
    return {
      ...{ ...allowed, masked },
      mayStay: () => allowed.mayStay() && isMasked() === masked && (reason !== null || !isAsked()),
      begin: () => begin(request, { ...allowed, reason }),
    };
  };

  return { authorise };
}
