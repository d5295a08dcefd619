import { z } from 'zod';
import { ErrorBody, type ErrorCode } from '#contract/errors.ts';

/** The product said no, and why. */
export class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(request: string, { code, message, details }: ErrorBody['error']) {
    super(`${request}: ${code}: ${message} ${details === undefined ? '' : JSON.stringify(details)}`);
    this.code = code;
  }
}

/** The product's REST interface as any program would use it: JSON in and out, a cookie for the session. */
export class Rest {
  readonly #origin: string;
  #cookie = '';

  constructor(origin: string) {
    this.#origin = origin;
  }

  get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#call('GET', path, undefined, schema);
  }

  async send(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<void> {
    await this.#call(method, path, body, z.unknown());
  }

  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#call('POST', path, body, schema);
  }

  async #call<T>(method: string, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const answer = await fetch(this.#origin + path, {
      method,
      headers: {
        origin: this.#origin,
        ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json: unknown = answer.status === 204 ? undefined : await answer.json();
    if (!answer.ok) throw new Refusal(`${method} ${path}`, ErrorBody.parse(json).error);
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie !== undefined) this.#cookie = cookie;
    return schema.parse(json);
  }
}
