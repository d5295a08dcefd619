import { describe, expect, it } from 'vitest';
import type { Grant, GrantScope } from '#contract/grants.ts';
import type { Role } from '#contract/permissions.ts';
import { mayGive, permissionsOf, rightsOf } from '../../../server/features/accounts/granting.ts';
import { Places } from '../../../server/features/accounts/places.ts';

const region = (id: string, parentId: string | null) => {
  return { id, code: '990000', name: { zh: id, en: id }, parentId, outline: null };
};
const places = new Places(
  [region('county', 'east'), region('province', null), region('east', 'province'), region('west', 'province')],
  [
    { id: 'east-1', regionId: 'east' },
    { id: 'county-1', regionId: 'county' },
    { id: 'west-1', regionId: 'west' },
  ],
);
const everything: GrantScope = { of: 'everything' };
const inRegion = (id: string): GrantScope => ({ of: 'region', id });
const inHall = (id: string): GrantScope => ({ of: 'hall', id });
const grant = (role: Role, scope: GrantScope, until: string | null = null): Grant => ({ role, scope, until });

describe('rights', () => {
  it('reach all that lies below a region, and nothing beside it', () => {
    const rights = rightsOf([grant('supervisor', inRegion('east'))], places);
    expect(['east-1', 'county-1', 'west-1', 'nowhere'].map((id) => rights.mayIn('camera.view', id))).toEqual([
      ...[true, true, false, false],
    ]);
    expect(rights.mayIn('camera.view', null)).toBe(false);
    expect(rights.mayInRegion('camera.view', 'county')).toBe(true);
    expect(rights.mayInRegion('camera.view', 'province')).toBe(false);
    expect(rights.mayInRegion('camera.view', null)).toBe(false);
    expect(rights.hallIds('camera.view')).toEqual(['east-1', 'county-1']);
  });

  it('of one hall end at its doors, and give no region', () => {
    const rights = rightsOf([grant('hall-manager', inHall('west-1'))], places);
    expect(rights.hallIds('figure.view')).toEqual(['west-1']);
    expect(rights.regionIds('figure.view')).toEqual([]);
  });

  it('over everything hold for what belongs to no hall as well', () => {
    const rights = rightsOf([grant('administrator', everything)], places);
    expect(rights.mayIn('camera.view', null)).toBe(true);
    expect(rights.hallIds('camera.view')).toBeNull();
    expect(rights.may('storage.manage')).toBe(true);
    expect(rightsOf([grant('administrator', inRegion('province'))], places).may('storage.manage')).toBe(false);
  });

  it('add up by permission, not by hall', () => {
    const rights = rightsOf([grant('supervisor', inRegion('east')), grant('auditor', inHall('west-1'))], places);
    expect(rights.mayIn('hall.view', 'west-1')).toBe(true);
    expect(rights.mayIn('camera.view', 'west-1')).toBe(false);
    expect(rights.mayIn('audit.read', 'east-1')).toBe(false);
  });
});

describe('giving grants', () => {
  const eastAdmin = [grant('administrator', inRegion('east'))];

  it.each([
    [grant('administrator', inRegion('east')), true],
    [grant('supervisor', inRegion('county')), true],
    [grant('hall-manager', inHall('county-1'), '2027-01-01T00:00:00Z'), true],
    [grant('auditor', inHall('west-1')), false],
    [grant('auditor', inRegion('province')), false],
    [grant('auditor', inRegion('nowhere')), false],
    [grant('auditor', everything), false],
  ])('an administrator of a region gives within it: %j', (given, may) => {
    expect(mayGive(eastAdmin, given, places)).toBe(may);
  });

  it('is for those who manage accounts, and gives no more than they have', () => {
    expect(mayGive([grant('supervisor', everything)], grant('supervisor', inHall('east-1')), places)).toBe(false);
    const own = [grant('administrator', inHall('east-1')), grant('supervisor', inRegion('east'))];
    expect(mayGive(own, grant('supervisor', inHall('county-1')), places)).toBe(false);
    expect(permissionsOf(grant('administrator', inRegion('east')))).not.toContain('storage.manage');
  });

  it('a deputy gives nothing that outlives him', () => {
    const deputy = [grant('administrator', inRegion('east'), '2026-12-01T00:00:00Z')];
    expect(mayGive(deputy, grant('supervisor', inRegion('east'), '2026-12-01T00:00:00Z'), places)).toBe(true);
    expect(mayGive(deputy, grant('supervisor', inRegion('east'), '2026-12-01T00:00:01Z'), places)).toBe(false);
    expect(mayGive(deputy, grant('supervisor', inRegion('east')), places)).toBe(false);
  });
});
