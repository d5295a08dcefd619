import type { ErrorCode } from '#contract/errors.ts';
import type { ClientErrorCode } from '../api/http.ts';

/** What every error is called and what to do about it, in one language. */
export type ErrorTexts = Record<ErrorCode | ClientErrorCode, { title: string; advice: string }>;
