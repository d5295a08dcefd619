import type { Severity } from '#contract/ids.ts';

/** The colours of the page, for the canvas. */
export interface Theme {
  surface: string;
  lane: string;
  line: string;
  strong: string;
  text: string;
  muted: string;
  faint: string;
  footage: string;
  severity: Record<Severity, string>;
  /** Of what stands above a window: muted, told apart by lightness. */
  window: Record<string, string>;
  font: string;
}

export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--hw-${name}`).trim();
  return {
    surface: of('surface'),
    lane: of('bg'),
    line: of('line'),
    strong: of('line-strong'),
    text: of('text'),
    muted: of('muted'),
    faint: of('faint'),
    footage: of('idle'),
    severity: { blue: of('blue'), yellow: of('yellow'), red: of('red') },
    window: {
      serving: of('serving'),
      calling: of('calling'),
      idle: of('idle'),
      paused: of('paused'),
      closed: of('closed'),
    },
    font: style.fontFamily,
  };
}
