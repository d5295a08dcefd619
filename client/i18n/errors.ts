import { en } from './errors.en.ts';
import { zh } from './errors.zh.ts';

/** Every error code in both languages: what it is, and what to do. */
export const errorMessages = { 'zh-CN': zh, en } as const;
