import type { AddressInfo, Server } from 'node:net';
import { afterEach, expect } from 'vitest';
import { AppError } from '#lib/app-error.ts';
import { describeCamera } from '../../devices/onvif/describe.ts';
import { OnvifResponder, type OddCamera } from './onvif-responder.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Such a camera on the wire until the end of the test. */
export async function camera(odd: OddCamera): Promise<OnvifResponder> {
  const responder = await new OnvifResponder(odd).start();
  closing.push(() => responder.stop());
  return responder;
}

/** The port of a server that is closed at the end of the test. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** Asks a camera who it is, as the program does. */
export function ask(
  onvifUrl: string,
  more: { username?: string; password?: string; timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const { signal = new AbortController().signal, ...rest } = more;
  return describeCamera({ onvifUrl, username: '', password: '', timeoutMs: 5000, signal, ...rest });
}

/** How it failed, by the catalogue; fails itself where it did not. */
export async function failure(asking: Promise<unknown>): Promise<{ code: string; details: unknown }> {
  const error = await asking.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  const { code, details } = error as AppError;
  return { code, details };
}
