import { z } from 'zod';
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

/** What the server wants to know first, and how whoever sits here is asked for it; false where he does not say. */
type Question = 'CONFIRMATION_REQUIRED' | 'REASON_REQUIRED';
const questions = new Map<Question, (details: unknown) => Promise<boolean>>();
const asking = new Map<Question, Promise<boolean>>();

/** How to ask what the server wants to know before it goes on. */
export function whenAsked(question: Question, ask: (details: unknown) => Promise<boolean>): void {
  questions.set(question, ask);
}

/** Whether it was answered, so that the call may be made again. One question, however many calls wait for its answer. */
export function answered(code: string, details: unknown): Promise<boolean> | false {
  const ask = questions.get(code as Question);
  if (!ask) return false;
  const question = code as Question;
  const going = asking.get(question) ?? ask(details).finally(() => asking.delete(question));
  asking.set(question, going);
  return going;
}

/** The answer as it begins to come; throws an `ApiError` for any but 2xx. */
async function open(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (cause) {
    throw new ApiError('SERVER_UNREACHABLE', 0, String(cause));
  }
  if (response.ok) return response;
  const refusal = ErrorBody.safeParse(await response.json().catch(() => undefined));
  if (!refusal.success) throw new ApiError('ANSWER_UNREADABLE', response.status);
  const { code, details } = refusal.data.error;
  if (code === 'SIGN_IN_REQUIRED') onSignedOut();
  if (await answered(code, details)) return open(path, init);
  throw new ApiError(code, response.status, details);
}

interface Sending {
  body?: unknown;
  signal?: AbortSignal | undefined;
}

async function send(method: string, path: string, { body, signal }: Sending = {}): Promise<unknown> {
  const response = await open(path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  return response.status === 204 ? undefined : await response.json().catch(() => undefined);
}

async function call<S extends z.ZodType>(
  method: string,
  path: string,
  schema: S,
  sending?: Sending,
): Promise<z.output<S>> {
  const parsed = schema.safeParse(await send(method, path, sending));
  if (!parsed.success) throw new ApiError('ANSWER_UNREADABLE', 200, parsed.error.issues);
  return parsed.data;
}

/** The REST side of the server. Every answer is checked against its schema; every failure is an `ApiError`. */
export const api = {
  /** A cancelled one ends as `SERVER_UNREACHABLE`; who cancels knows better. */
  get: <S extends z.ZodType>(path: string, schema: S, signal?: AbortSignal) => call('GET', path, schema, { signal }),
  post: <S extends z.ZodType>(path: string, body: unknown, schema: S) => call('POST', path, schema, { body }),
  put: <S extends z.ZodType>(path: string, body: unknown, schema: S) => call('PUT', path, schema, { body }),
  patch: <S extends z.ZodType>(path: string, body: unknown, schema: S) => call('PATCH', path, schema, { body }),
  delete: <S extends z.ZodType = z.ZodUnknown>(path: string, schema = z.unknown() as z.ZodType as S) =>
    call('DELETE', path, schema),
  /** Sends a file as it is. */
  upload: async <S extends z.ZodType>(path: string, file: Blob, schema: S): Promise<z.output<S>> => {
    const answer = await open(path, { method: 'POST', headers: { 'content-type': file.type }, body: file });
    const parsed = schema.safeParse(await answer.json().catch(() => undefined));
    if (!parsed.success) throw new ApiError('ANSWER_UNREADABLE', 200, parsed.error.issues);
    return parsed.data;
  },
  /** For what is no JSON: pictures, files. */
  open,
};
