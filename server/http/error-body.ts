import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { ErrorBody } from '#contract/errors.ts';
import { AppError } from '#lib/app-error.ts';

export interface Failure {
  status: number;
  body: ErrorBody;
  /** True where the fault is ours, so that it belongs into the log with its stack. */
  ours: boolean;
}

/** Turns anything that was thrown while a request was handled into an answer of the catalogue. */
export function failureOf(error: unknown, requestId: string): Failure {
  const known = error instanceof AppError ? error : asAppError(error, requestId);
  return { status: known.status, body: known.toBody(), ours: known.code === 'INTERNAL' };
}

function asAppError(error: unknown, requestId: string): AppError {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(({ instancePath, message }) => ({
      path: instancePath.slice(1).replaceAll('/', '.'),
      message: message ?? 'not as expected',
    }));
    return new AppError('REQUEST_INVALID', fields, { cause: error });
  }
  // fastify's own refusals: a body that is no JSON, too large, of the wrong type
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (error instanceof Error && status >= 400 && status < 500) {
    return new AppError('REQUEST_INVALID', error.message, { cause: error });
  }
  return new AppError('INTERNAL', { requestId }, { cause: error });
}
