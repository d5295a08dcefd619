import { useI18n } from 'vue-i18n';
import type { Bilingual } from '#contract/ids.ts';

/** Gives the function that reads a bilingual name in the language of the page. */
export function useName(): (name: Bilingual) => string {
  const { locale } = useI18n();
  return (name) => (locale.value === 'zh-CN' ? name.zh : name.en);
}
