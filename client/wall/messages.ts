import type { AreaMessages } from '../i18n/index.ts';

export const messages: AreaMessages = { 'zh-CN': { wall: {} }, en: { wall: {} } };
