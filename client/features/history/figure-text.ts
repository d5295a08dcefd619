import { FIGURES, FigureName, type FigureDimension } from '#contract/figures.ts';
import { spanText } from '../../i18n/time.ts';

/** The figures that can be told apart so, in the order in which tables show them. */
export function figuresBy(by: FigureDimension): FigureName[] {
  return FigureName.options.filter((name) => FIGURES[name].by.includes(by));
}

const grouped = new Intl.NumberFormat('en');

/** A figure as people read it: `1,204`, `4:07`, `92.5 %`, `1.8`; a dash where there is nothing to divide by. */
export function figureText(name: FigureName, value: number | null): string {
  if (value === null) return '–';
  switch (FIGURES[name].unit) {
    case 'count':
      return grouped.format(value);
    case 'seconds':
      return spanText(Math.round(value) * 1000);
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'people-per-window':
      return value.toFixed(1);
  }
}

const steps = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
const clock = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40].flatMap((n) => [n, n * 60, n * 3600]);

/** The top of an axis: round for people, and no lower than the largest value. */
export function roundTop(name: FigureName, largest: number): number {
  if (FIGURES[name].unit === 'share') return largest > 0.5 ? 1 : largest > 0.2 ? 0.5 : largest > 0.1 ? 0.2 : 0.1;
  if (largest <= 0) return 1;
  if (FIGURES[name].unit === 'seconds' && largest <= 30 * 3600) {
    return clock.filter((top) => top >= largest).sort((a, b) => a - b)[0]!;
  }
  const decade = 10 ** Math.floor(Math.log10(largest));
  return decade * steps.find((step) => step * decade >= largest)!;
}
