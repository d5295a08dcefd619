import type { z } from 'zod';
import { SetupRequest } from '#contract/accounts.ts';
import { byField, checkForm, type Checked } from '../admin/form-errors.ts';

export interface SetupForm {
  code: string;
  username: string;
  displayName: string;
  password: string;
  passwordAgain: string;
}

/** Checks the first administrator's data; the code may be pasted with blanks around it. */
export function checkSetup(form: SetupForm): Checked<z.output<typeof SetupRequest>> {
  const { passwordAgain, ...request } = form;
  const checked = checkForm(SetupRequest, { ...request, code: form.code.trim() });
  if (passwordAgain === form.password) return checked;
  const differ = ['passwordAgain', { key: 'passwordsDiffer', params: {} }] as const;
  return { ok: false, fields: byField([...(checked.ok ? [] : Object.entries(checked.fields)), differ]) };
}
