import { z } from 'zod';
import { isNetwork } from '#lib/camera-networks.ts';

/** Decimal digits only: `0x50` and `1e3` are typing errors here. */
export const WholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);
export const Port = WholeNumber(0, 65_535);
export const Flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
export const Address = z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]);
export const LogLevel = z.enum(['debug', 'info', 'warn', 'error']);
export const LogFormat = z.enum(['pretty', 'json']);
export const Networks = z
  .string()
  .transform((value) => value.split(',').map((network) => network.trim()))
  .refine((networks) => networks.every(isNetwork));
export const Url = (...schemes: string[]) =>
  z.string().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)));
