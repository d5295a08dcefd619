import { describe, expect, it } from 'vitest';
import { Permission, Role, rolePermissions } from '#contract/permissions.ts';

describe('roles', () => {
  it('give an auditor nothing that changes anything, and no pictures', () => {
    const verbs = [...rolePermissions.auditor].map((permission) => permission.split('.')[1]);
    expect(new Set(verbs)).toEqual(new Set(['view', 'read']));
    expect(rolePermissions.auditor).not.toContain('camera.view');
    expect(rolePermissions.auditor).not.toContain('footage.view');
  });

  it('keep what changes the house to administrators', () => {
    const others = Role.options.filter((role) => role !== 'administrator');
    const daily = ['case.manage', 'scene.manage'];
    const managing = Permission.options.filter((each) => each.endsWith('.manage') && !daily.includes(each));
    for (const role of others) for (const each of managing) expect(rolePermissions[role]).not.toContain(each);
  });

  it('give each permission to somebody', () => {
    expect(rolePermissions.administrator).toEqual(new Set(Permission.options));
  });
});
