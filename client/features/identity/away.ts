import { IDENTITY_RETURN_PATH, IdentityAway, type IdentityErrand } from '#contract/identity.ts';
import { api } from '../../api/http.ts';

/** Tells the window that asked for a confirmation that it was given: the provider's pages have cut the ties to it. */
const news = () => new BroadcastChannel('hallwatch.identity');

/** Sends this window to the identity provider; it comes back to the return page, which goes on at `next`. */
export async function leaveFor(errand: IdentityErrand, next: string): Promise<void> {
  const { url } = await api.post(`/api/session/provider/${errand}`, { next }, IdentityAway);
  location.assign(url);
}

/** Has whoever sits here sign in at the provider, in a window of its own: true once he has, false where that is closed. */
export function confirmElsewhere(): Promise<boolean> {
  const channel = news();
  const opened = window.open(`${IDENTITY_RETURN_PATH}?begin=confirmation`, '', 'width=560,height=720');
  return new Promise<boolean>((resolve) => {
    if (!opened) return resolve(false);
    channel.onmessage = () => resolve(true);
  }).finally(() => channel.close());
}

/** Says so to the window that asked, and closes this one. */
export function confirmedHere(): void {
  const channel = news();
  channel.postMessage('confirmed');
  channel.close();
  window.close();
}
