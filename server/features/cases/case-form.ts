import type { EnforcementAct, Party } from '#contract/enforcement.ts';
import type { FormField, FormValues, Officer } from '#contract/forms.ts';

/** What a form may name. */
export interface ListedPort {
  officers: { get(certificate: string): Officer | undefined };
  acts: { get(id: string): EnforcementAct | undefined };
  parties: { get(code: string): Party | undefined };
}

export interface FormContext {
  departmentId: string;
  /** Epoch ms. */
  acceptedAt: number;
  registers: ListedPort;
}

const ZONE_MS = 8 * 3600_000;

/** What is wrong with what is said of a case by the form of its type; null: nothing. Pure. */
export function wrongInForm(fields: readonly FormField[], values: FormValues, context: FormContext): string | null {
  const unknown = Object.keys(values).find((id) => !fields.some((field) => field.id === id));
  if (unknown !== undefined) return `${unknown}: no such field`;
  for (const field of fields) {
    const value = values[field.id];
    const isMissing = value === undefined || value === '';
    const wrong = isMissing ? (field.required ? 'is needed' : null) : wrongWith(field, value, context);
    if (wrong !== null) return `${field.id}: ${wrong}`;
  }
  return officerTwice(fields, values);
}

/** Where a form asks for two officers, there are two. */
function officerTwice(fields: readonly FormField[], values: FormValues): string | null {
  const named = new Map<string, string>();
  for (const { id, kind } of fields) {
    const certificate = values[id];
    if (kind !== 'certificate' || certificate === undefined || certificate === '') continue;
    const first = named.get(String(certificate));
    if (first !== undefined) return `${id}: is the certificate of ${first} again`;
    named.set(String(certificate), id);
  }
  return null;
}

function wrongWith({ kind, options }: FormField, value: string | number, context: FormContext): string | null {
  switch (kind) {
    case 'number':
      return Number.isFinite(Number(value)) ? null : 'is no number';
    case 'date':
      return isDay(String(value)) ? null : 'is no day, use YYYY-MM-DD';
    case 'choice':
      return options.some(({ id }) => id === value) ? null : `${value} is none of its options`;
    case 'certificate':
      return wrongWithOfficer(context.registers.officers.get(String(value)), context);
    case 'act':
      return wrongWithEntry(context.registers.acts.get(String(value)), 'act', context);
    case 'party':
      return wrongWithEntry(context.registers.parties.get(String(value)), 'party', context);
    case 'text':
      return null;
  }
}

function wrongWithOfficer(officer: Officer | undefined, { departmentId, acceptedAt }: FormContext): string | null {
  if (!officer || officer.departmentId !== departmentId) return 'is no certificate of the department';
  const day = new Date(acceptedAt + ZONE_MS).toISOString().slice(0, 10);
  if (officer.withdrawnAt !== null && Date.parse(officer.withdrawnAt) <= acceptedAt)
    return 'is a withdrawn certificate';
  const isValid = officer.validFrom <= day && day <= officer.validUntil;
  return isValid ? null : `is a certificate from ${officer.validFrom} until ${officer.validUntil}`;
}

function wrongWithEntry(entry: EnforcementAct | Party | undefined, noun: string, context: FormContext): string | null {
  if (entry?.departmentId !== context.departmentId) return `is no ${noun} in the register of the department`;
  const isWithdrawn = entry.withdrawnAt !== null && Date.parse(entry.withdrawnAt) <= context.acceptedAt;
  return isWithdrawn ? `was withdrawn at ${entry.withdrawnAt}` : null;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
