export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

/** Texts of one area in both languages, each under the area's own key: `{ 'zh-CN': { halls: {...} }, en: { halls: {...} } }`. */
export type AreaMessages = Record<Language, Record<string, unknown>>;
