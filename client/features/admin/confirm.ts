import { ElMessage, ElMessageBox } from 'element-plus';
// what asks over a page of the wall brings its looks along: such a page has none of them
import '../../styles/element.ts';

/** The translate function of vue-i18n, as much of it as is needed here. */
type Translate = (key: string, params?: Record<string, unknown>) => string;

/** Asks before something is lost. `title` is also the word on the button that does it. */
export function confirmed(
  t: Translate,
  title: string,
  advice: string,
  params: Record<string, unknown> = {},
): Promise<boolean> {
  return ElMessageBox.confirm(t(advice, params), t(title, params), {
    confirmButtonText: t(title, params),
    cancelButtonText: t('forms.cancel'),
    autofocus: false,
  }).then(
    () => true,
    () => false,
  );
}

/** Says briefly that something was done. */
export function said(message: string): void {
  ElMessage({ message, type: 'info', grouping: true, plain: true });
}
