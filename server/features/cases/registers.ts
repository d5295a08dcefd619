import type { ServiceItem, SubjectType } from '#contract/registers.ts';
import { EnforcementAct, Party } from '#contract/enforcement.ts';
import { Officer } from '#contract/forms.ts';
import { StaffMember } from '#contract/staff.ts';
import { CardLevel, Department, ServiceItemInput, SubjectTypeInput } from '#contract/registers.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Serial } from '#lib/serial.ts';
import type { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { DepartmentEntries, type DepartmentEntriesDeps } from './department-entries.ts';
import type { PlacesPort } from './ports.ts';
import { RegisterRows } from './register-rows.ts';

export interface RegistersDeps {
  db: Database;
  clock: Clock;
  halls: PlacesPort;
}

/**
 * Departments with their officers, acts, parties and staff, service items with all their versions, subject types and levels. Kept in memory, as every case asks for
 * them; the database is the truth, and memory changes only after a commit.
 */
export class Registers {
  readonly officers: DepartmentEntries<Officer>;
  readonly acts: DepartmentEntries<EnforcementAct>;
  readonly parties: DepartmentEntries<Party>;
  readonly staff: DepartmentEntries<StaffMember>;

  readonly #deps: RegistersDeps;
  readonly #rows: RegisterRows;
  readonly #changes = new Serial();
  #levels = new Map<string, CardLevel>();
  #departments = new Map<string, Department>();
  /** Ascending by version. */
  #items = new Map<string, ServiceItem[]>();
  #types = new Map<string, SubjectType[]>();

  constructor(deps: RegistersDeps) {
    this.#deps = deps;
    const rows = (this.#rows = new RegisterRows(deps.db));
    this.officers = this.#entries({
      ...{ schema: Officer, keyOf: ({ certificate }) => certificate },
      ...{ read: () => rows.officers(), save: (row) => rows.saveOfficer(row) },
      check: ({ validFrom, validUntil }) => {
        if (validUntil < validFrom) throw invalid('validUntil', 'must not be before it begins');
      },
    });
    this.acts = this.#entries({
      ...{ schema: EnforcementAct, keyOf: ({ id }) => id },
      ...{ read: () => rows.acts(), save: (row) => rows.saveAct(row) },
    });
    this.parties = this.#entries({
      ...{ schema: Party, keyOf: ({ code }) => code },
      ...{ read: () => rows.parties(), save: (row) => rows.saveParty(row) },
    });
    this.staff = this.#entries({
      ...{ schema: StaffMember, keyOf: ({ number }) => number },
      ...{ read: () => rows.staff(), save: (row) => rows.saveStaff(row) },
    });
  }

  async start(): Promise<void> {
    const [levels, departments, items, types] = await Promise.all([
      this.#rows.levels(),
      this.#rows.departments(),
      this.#rows.items(),
      this.#rows.types(),
      ...[this.officers.start(), this.acts.start(), this.parties.start(), this.staff.start()],
    ]);
    this.#levels = new Map(levels.map((level) => [level.id, level]));
    this.#departments = new Map(departments.map((department) => [department.id, department]));
    this.#items = Map.groupBy(items, ({ id }) => id);
    this.#types = Map.groupBy(types, ({ id }) => id);
  }

  async stop(): Promise<void> {
    await this.#changes.run(async () => undefined);
  }

  /** The mildest first. */
  levels(): CardLevel[] {
    return [...this.#levels.values()].sort((a, b) => a.rank - b.rank);
  }

  level(id: string): CardLevel | undefined {
    return this.#levels.get(id);
  }

  departments(): Department[] {
    return [...this.#departments.values()];
  }

  department(id: string): Department | undefined {
    return this.#departments.get(id);
  }

  /** The latest version of each. */
  items(): ServiceItem[] {
    return [...this.#items.values()].map((versions) => versions.at(-1)!);
  }

  item(id: string, version: number): ServiceItem | undefined {
    return this.#items.get(id)?.find((each) => each.version === version);
  }

  /** The version in force at that instant; the first one where none was yet. */
  itemAt(id: string, at: number): ServiceItem | undefined {
    const versions = this.#items.get(id);
    return versions?.findLast(({ validFrom }) => Date.parse(validFrom) <= at) ?? versions?.[0];
  }

  /** The version in force now of each. */
  types(): SubjectType[] {
    return [...this.#types.values()].map((versions) => versions.at(-1)!);
  }

  type(id: string): SubjectType | undefined {
    return this.#types.get(id)?.at(-1);
  }

  /** Throws REQUEST_INVALID where another level has its rank. */
  putLevel(input: CardLevel): Promise<CardLevel> {
    return this.#changes.run(async () => {
      const level = CardLevel.parse(input);
      const other = this.levels().find(({ id, rank }) => id !== level.id && rank === level.rank);
      if (other) throw invalid('rank', `is that of ${other.id}`);
      await this.#rows.saveLevel(level);
      this.#levels.set(level.id, level);
      return level;
    });
  }

  /** Throws REQUEST_INVALID for a region or hall that does not exist. */
  putDepartment(input: z.input<typeof Department>): Promise<Department> {
    return this.#changes.run(async () => {
      const department = Department.parse(input);
      const { halls } = this.#deps;
      if (!halls.regions().some(({ id }) => id === department.regionId))
        throw invalid('regionId', `no region ${department.regionId}`);
      if (department.hallId !== null && !halls.get(department.hallId))
        throw invalid('hallId', `no hall ${department.hallId}`);
      await this.#rows.saveDepartment(department);
      this.#departments.set(department.id, department);
      return department;
    });
  }

  /** A new version of the item. Throws REQUEST_INVALID for a department or type that does not exist. */
  putItem(id: string, input: ServiceItemInput, madeBy: string | null): Promise<ServiceItem> {
    return this.#changes.run(async () => {
      const given = ServiceItemInput.parse(input);
      this.#mustKnow(given.departmentId);
      const type = this.type(given.typeId);
      if (!type) throw invalid('typeId', `no subject type ${given.typeId}`);
      const steps = given.steps.length > 0 ? given.steps : type.steps;
      const versions = this.#items.get(id) ?? [];
      const madeAt = new Date(this.#deps.clock.now()).toISOString();
      const validFrom = given.validFrom ?? madeAt;
      const before = versions.at(-1);
      if (before && Date.parse(validFrom) < Date.parse(before.validFrom))
        throw invalid('validFrom', `must not be before that of version ${before.version}`);
      const item: ServiceItem = { ...given, steps, id, version: versions.length + 1, validFrom, madeAt, madeBy };
      await this.#rows.addItem(item);
      this.#items.set(id, [...versions, item]);
      return item;
    });
  }

  /** A new version of the type, by which cards are proposed from now on. Throws REQUEST_INVALID for an unknown level. */
  putType(id: string, input: z.input<typeof SubjectTypeInput>, madeBy: string): Promise<SubjectType> {
    return this.#changes.run(async () => {
      const given = SubjectTypeInput.parse(input);
      const unknown = given.rungs.find(({ level }) => !this.#levels.has(level));
      if (unknown) throw invalid('rungs', `no level ${unknown.level}`);
      const versions = this.#types.get(id) ?? [];
      const madeAt = new Date(this.#deps.clock.now()).toISOString();
      const type: SubjectType = { ...given, id, version: versions.length + 1, madeAt, madeBy };
      await this.#rows.addType(type);
      this.#types.set(id, [...versions, type]);
      return type;
    });
  }

  #entries<Row extends { departmentId: string }>({
    check,
    ...deps
  }: Omit<DepartmentEntriesDeps<Row>, 'changes' | 'check'> & { check?: (row: Row) => void }): DepartmentEntries<Row> {
    return new DepartmentEntries({
      ...deps,
      changes: this.#changes,
      check: (row) => {
        this.#mustKnow(row.departmentId);
        check?.(row);
      },
    });
  }

  #mustKnow(departmentId: string): void {
    if (!this.#departments.has(departmentId)) throw invalid('departmentId', `no department ${departmentId}`);
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('REQUEST_INVALID', [{ path, message }]);
}
