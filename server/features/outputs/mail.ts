import net from 'node:net';
import type { MailSettings } from '#contract/outputs.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CallDeps } from './http-call.ts';
import type { Way } from './ports.ts';

const TIMEOUT_MS = 10_000;

/**
 * E-mail by SMTP. Of a mail that is sent again, as its answer was lost, id and date are the same, by which mailboxes know it.
 * The library is loaded with the first mail: most houses send none.
 */
export function mailWay({ networks }: Pick<CallDeps, 'networks'>): Way<MailSettings> {
  return async ({ id, recipient, madeAt, content }, { host, port, security, user, from }, secret, signal) => {
    if (recipient === null) throw new AppError('OUTPUT_REFUSED', 'nobody to send it to');
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      // the address that was judged, not the name, which may be answered differently a moment later
      host: await networks.resolve(host),
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'plain',
      ...(user !== null && { auth: { user, pass: secret ?? '' } }),
      ...(net.isIP(host) === 0 && { tls: { servername: host } }),
      ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
    try {
      await transport.sendMail({
        ...{ from, to: recipient, subject: content.title, text: content.text, signal },
        ...{ messageId: `<${id}@hallwatch>`, date: new Date(madeAt), headers: { 'Auto-Submitted': 'auto-generated' } },
      });
    } catch (error) {
      // what the server said is in `response`; without it, it said nothing
      const said = (error as { response?: string }).response;
      throw new AppError(said ? 'OUTPUT_REFUSED' : 'OUTPUT_UNREACHABLE', said ?? messageOf(error), { cause: error });
    }
  };
}
