import { createI18n } from 'vue-i18n';
import { errorMessages } from './errors.ts';
import type { AreaMessages, Language } from './language.ts';

export { languages, type AreaMessages, type Language } from './language.ts';

const STORAGE_KEY = 'hallwatch.language';

/** Every `messages.ts` in the client exports `messages: AreaMessages`; here they become one dictionary. */
const areas = import.meta.glob<AreaMessages>('../**/messages.ts', { eager: true, import: 'messages' });

function dictionary(language: Language): Record<string, unknown> {
  const parts = Object.values(areas).map((area) => area[language]);
  return Object.assign({ errors: errorMessages[language] }, ...parts) as Record<string, unknown>;
}

function storedLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === 'zh-CN' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Marks the page with its language (for fonts and screen readers) and keeps the choice on this machine. */
export function rememberLanguage(language: Language): void {
  document.documentElement.lang = language;
  localStorage.setItem(STORAGE_KEY, language);
}

export function createI18nPlugin() {
  const language = storedLanguage();
  document.documentElement.lang = language;
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'en',
    messages: { 'zh-CN': dictionary('zh-CN'), en: dictionary('en') } as Record<Language, Record<string, never>>,
  });
}
