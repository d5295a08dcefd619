import { z } from 'zod';
import { ErrorBody } from '#contract/errors.ts';

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
    if (!answer.ok) {
      const { code, message, details } = ErrorBody.parse(json).error;
      throw new Error(`${method} ${path}: ${code}: ${message} ${details === undefined ? '' : JSON.stringify(details)}`);
    }
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie !== undefined) this.#cookie = cookie;
    return schema.parse(json);
  }
}
