import { useI18n } from 'vue-i18n';
import type { Bilingual } from '#contract/ids.ts';
import { nameIn } from '../../wall/alert-text.ts';

/** Gives the function that reads a bilingual name in the language of the page. */
export function useName(): (name: Bilingual) => string {
  const { locale } = useI18n();
  return (name) => nameIn(name, locale.value);
}
