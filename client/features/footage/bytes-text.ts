const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `12.4 MB`: three digits at most, in steps of a thousand as disks count. */
export function bytesText(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${value >= 100 || step === 0 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
