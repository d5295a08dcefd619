const STORAGE_KEY = 'hallwatch.desk-hall';

/** The hall whose desk was looked at last on this machine. */
export const rememberedHall = (): string | null => localStorage.getItem(STORAGE_KEY);

export function rememberHall(hallId: string): void {
  localStorage.setItem(STORAGE_KEY, hallId);
}
