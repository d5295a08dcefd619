import type { z } from 'zod';
import { ErrorBody, type ErrorCode } from '#contract/errors.ts';

/** Codes that only a browser can meet: no answer at all, or an answer that is not ours (a proxy's error page). */
export type ClientErrorCode = 'SERVER_UNREACHABLE' | 'ANSWER_UNREADABLE';

/** A failed call: `code` is translated under `errors.<code>`, `status` is 0 where nothing answered. */
export class ApiError extends Error {
  readonly code: ErrorCode | ClientErrorCode;
  readonly status: number;
  readonly details: unknown;

  constructor(code: ErrorCode | ClientErrorCode, status: number, details?: unknown) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

let onSignedOut: () => void = () => undefined;

/** What to do when the server no longer knows our session. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (cause) {
    throw new ApiError('SERVER_UNREACHABLE', 0, String(cause));
  }
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const refusal = ErrorBody.safeParse(answer);
  if (!refusal.success) throw new ApiError('ANSWER_UNREADABLE', response.status);
  const { code, details } = refusal.data.error;
  if (code === 'SIGN_IN_REQUIRED') onSignedOut();
  throw new ApiError(code, response.status, details);
}

async function call<S extends z.ZodType>(
  method: string,
  path: string,
  schema: S,
  body?: unknown,
): Promise<z.output<S>> {
  const parsed = schema.safeParse(await send(method, path, body));
  if (!parsed.success) throw new ApiError('ANSWER_UNREADABLE', 200, parsed.error.issues);
  return parsed.data;
}

/** The REST side of the server. Every answer is checked against its schema; every failure is an `ApiError`. */
export const api = {
  get: <S extends z.ZodType>(path: string, schema: S) => call('GET', path, schema),
  post: <S extends z.ZodType>(path: string, body: unknown, schema: S) => call('POST', path, schema, body),
  put: <S extends z.ZodType>(path: string, body: unknown, schema: S) => call('PUT', path, schema, body),
  patch: <S extends z.ZodType>(path: string, body: unknown, schema: S) => call('PATCH', path, schema, body),
  delete: async (path: string): Promise<void> => {
    await send('DELETE', path);
  },
};
