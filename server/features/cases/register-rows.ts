import type { CardLevel, Department, ServiceItem, SubjectType } from '#contract/registers.ts';
import type { EnforcementAct, Party } from '#contract/enforcement.ts';
import type { StaffMember } from '#contract/staff.ts';
import type { Officer } from '#contract/forms.ts';
import type { Database } from '../../db/database.ts';

/** Registers in the database; versions are only ever added. */
export class RegisterRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  levels(): Promise<CardLevel[]> {
    return this.#db.query<CardLevel>(
      'SELECT id, name, rank, card, points, colour, telling FROM card_level ORDER BY rank',
    );
  }

  async saveLevel({ id, name, rank, card, points, colour, telling }: CardLevel): Promise<void> {
    await this.#db.query(
      `INSERT INTO card_level (id, name, rank, card, points, colour, telling) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO UPDATE SET name = $2, rank = $3, card = $4, points = $5, colour = $6, telling = $7`,
      [id, JSON.stringify(name), rank, card, points, colour, JSON.stringify(telling)],
    );
  }

  departments(): Promise<Department[]> {
    return this.#db.query<Department>(
      `SELECT id, name, region_id AS "regionId", hall_id AS "hallId", closed_at AS "closedAt"
       FROM department ORDER BY id`,
    );
  }

  async saveDepartment(department: Department): Promise<void> {
    await this.#db.query(
      `INSERT INTO department (id, name, region_id, hall_id, closed_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET name = $2, region_id = $3, hall_id = $4, closed_at = $5`,
      [department.id, JSON.stringify(department.name), department.regionId, department.hallId, department.closedAt],
    );
  }

  items(): Promise<ServiceItem[]> {
    return this.#db.query<ServiceItem>(
      `SELECT id, version, department_id AS "departmentId", type_id AS "typeId", name, counting, promised, statutory,
         immediate, steps, supervised, valid_from AS "validFrom", made_at AS "madeAt", made_by AS "madeBy"
       FROM service_item ORDER BY id, version`,
    );
  }

  async addItem(item: ServiceItem): Promise<void> {
    await this.#db.query(
      `INSERT INTO service_item (id, version, department_id, type_id, name, counting, promised, statutory, immediate,
         steps, supervised, valid_from, made_at, made_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        item.id,
        item.version,
        item.departmentId,
        item.typeId,
        JSON.stringify(item.name),
        item.counting,
        item.promised,
        item.statutory,
        item.immediate,
        JSON.stringify(item.steps),
        item.supervised,
        item.validFrom,
        item.madeAt,
        item.madeBy,
      ],
    );
  }

  types(): Promise<SubjectType[]> {
    return this.#db.query<SubjectType>(
      `SELECT id, version, name, rungs, feedback_days AS "feedbackDays", steps, limits, form, made_at AS "madeAt", made_by AS "madeBy"
       FROM subject_type ORDER BY id, version`,
    );
  }

  async addType(type: SubjectType): Promise<void> {
    await this.#db.query(
      `INSERT INTO subject_type (id, version, name, rungs, feedback_days, steps, limits, form, made_at, made_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        type.id,
        type.version,
        JSON.stringify(type.name),
        JSON.stringify(type.rungs),
        type.feedbackDays,
        JSON.stringify(type.steps),
        type.limits && JSON.stringify(type.limits),
        JSON.stringify(type.form),
        type.madeAt,
        type.madeBy,
      ],
    );
  }

  officers(): Promise<Officer[]> {
    return this.#db.query<Officer>(
      `SELECT certificate, name, department_id AS "departmentId", valid_from::text AS "validFrom",
         valid_until::text AS "validUntil", withdrawn_at AS "withdrawnAt"
       FROM officer ORDER BY certificate`,
    );
  }

  async saveOfficer({ certificate, name, departmentId, validFrom, validUntil, withdrawnAt }: Officer): Promise<void> {
    await this.#db.query(
      `INSERT INTO officer (certificate, name, department_id, valid_from, valid_until, withdrawn_at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (certificate) DO UPDATE SET name = $2, department_id = $3, valid_from = $4, valid_until = $5, withdrawn_at = $6`,
      [certificate, name, departmentId, validFrom, validUntil, withdrawnAt],
    );
  }

  acts(): Promise<EnforcementAct[]> {
    return this.#db.query<EnforcementAct>(
      `SELECT id, name, kind, department_id AS "departmentId", legal_basis AS "legalBasis", withdrawn_at AS "withdrawnAt"
       FROM enforcement_act ORDER BY id`,
    );
  }

  async saveAct({ id, name, kind, departmentId, legalBasis, withdrawnAt }: EnforcementAct): Promise<void> {
    await this.#db.query(
      `INSERT INTO enforcement_act (id, name, kind, department_id, legal_basis, withdrawn_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET name = $2, kind = $3, department_id = $4, legal_basis = $5, withdrawn_at = $6`,
      [id, JSON.stringify(name), kind, departmentId, legalBasis, withdrawnAt],
    );
  }

  parties(): Promise<Party[]> {
    return this.#db.query<Party>(
      `SELECT code, kind, name, department_id AS "departmentId", withdrawn_at AS "withdrawnAt" FROM party ORDER BY code`,
    );
  }

  async saveParty({ code, kind, name, departmentId, withdrawnAt }: Party): Promise<void> {
    await this.#db.query(
      `INSERT INTO party (code, kind, name, department_id, withdrawn_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (code) DO UPDATE SET kind = $2, name = $3, department_id = $4, withdrawn_at = $5`,
      [code, kind, name, departmentId, withdrawnAt],
    );
  }

  staff(): Promise<StaffMember[]> {
    return this.#db.query<StaffMember>(
      `SELECT number, name, department_id AS "departmentId", post, left_at AS "leftAt" FROM staff_member ORDER BY number`,
    );
  }

  async saveStaff({ number, name, departmentId, post, leftAt }: StaffMember): Promise<void> {
    await this.#db.query(
      `INSERT INTO staff_member (number, name, department_id, post, left_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (number) DO UPDATE SET name = $2, department_id = $3, post = $4, left_at = $5`,
      [number, name, departmentId, post, leftAt],
    );
  }
}
