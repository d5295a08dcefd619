import { z } from 'zod';

/**
 * What one may do, as noun.verb, and how far a permission can reach. `hall`: it holds in the halls that a grant covers.
 * `house`: it is about what belongs to no hall, so that only a grant over everything gives it.
 */
export const permissions = {
  'hall.view': 'hall',
  'hall.manage': 'hall',
  /** The camera, and its live picture. */
  'camera.view': 'hall',
  'camera.move': 'hall',
  'camera.manage': 'hall',
  /** Seeing what masks cover, live and in footage. */
  'camera.unmask': 'hall',
  'footage.view': 'hall',
  /** Bookmarks. */
  'footage.note': 'hall',
  'footage.export': 'hall',
  /** Holds: footage that must not be removed. */
  'footage.hold': 'hall',
  'alert.view': 'hall',
  'alert.handle': 'hall',
  'rule.manage': 'house',
  'terminal.view': 'hall',
  'terminal.manage': 'hall',
  /** Telling devices to do something. */
  'terminal.command': 'hall',
  'figure.view': 'hall',
  'forecast.view': 'hall',
  'case.view': 'hall',
  'case.manage': 'hall',
  'card.issue': 'hall',
  /** Feedback and appeal of the carded side. */
  'card.answer': 'hall',
  'card.revoke': 'hall',
  /** Orders, complaints, enquiries, bad reviews. */
  'matter.view': 'hall',
  /** Giving orders, and judging what comes of complaints and reviews. */
  'matter.direct': 'hall',
  /** The side that an order, a complaint or a review is about. */
  'matter.answer': 'hall',
  /** Formulas, points by hand, publishing. */
  'performance.manage': 'house',
  'calendar.view': 'hall',
  'calendar.manage': 'hall',
  'account.manage': 'hall',
  /** By whom people may sign in. */
  'identity.manage': 'house',
  'audit.read': 'hall',
  'storage.manage': 'house',
  'system.view': 'house',
  /** Making scenes of the wall; changing those of others takes `screen.drive`. */
  'scene.manage': 'hall',
  /** Saying what the screens of the wall show. */
  'screen.drive': 'house',
} as const satisfies Record<string, 'hall' | 'house'>;

export type Permission = keyof typeof permissions;
export const Permission = z.enum(Object.keys(permissions) as [Permission, ...Permission[]]);

export const Role = z.enum(['supervisor', 'hall-manager', 'investigator', 'approver', 'auditor', 'administrator']);
export type Role = z.infer<typeof Role>;

/** What whoever works in or over a hall sees of it. */
const seesHalls = ['hall.view', 'calendar.view', 'terminal.view', 'figure.view', 'forecast.view'] as const;
const watches = [...seesHalls, 'camera.view', 'alert.view', 'alert.handle', 'system.view'] as const;
const worksWithFootage = ['footage.view', 'footage.note', 'footage.export'] as const;

/** Roles are sets of permissions; nothing in the product asks for a role. */
export const rolePermissions: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  // 监察员
  supervisor: new Set<Permission>([
    ...watches,
    ...worksWithFootage,
    ...(['camera.move', 'camera.unmask', 'footage.hold', 'case.view', 'case.manage'] as const),
    ...(['card.issue', 'card.answer', 'card.revoke', 'scene.manage', 'screen.drive'] as const),
    ...(['matter.view', 'matter.direct', 'matter.answer'] as const),
  ]),
  // 大厅主任
  'hall-manager': new Set<Permission>([
    ...watches,
    ...worksWithFootage,
    ...(['terminal.command', 'case.view', 'card.answer', 'scene.manage'] as const),
    ...(['matter.view', 'matter.answer'] as const),
  ]),
  // 调查员
  investigator: new Set<Permission>([
    ...seesHalls,
    'camera.view',
    'camera.unmask',
    ...worksWithFootage,
    ...(['alert.view', 'case.view', 'matter.view'] as const),
  ]),
  // 审批人
  approver: new Set<Permission>([
    ...seesHalls,
    'camera.view',
    'footage.view',
    'alert.view',
    'case.view',
    'case.manage',
    'card.revoke',
    'matter.view',
  ]),
  // 审计员: reads who did what, and can change nothing
  auditor: new Set<Permission>(['hall.view', 'calendar.view', 'audit.read']),
  // 管理员
  administrator: new Set<Permission>(Permission.options),
};
