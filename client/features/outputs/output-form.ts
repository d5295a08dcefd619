import type { Output, OutputKind, OutputSettings } from '#contract/outputs.ts';

type SettingsOf<K extends OutputKind> = Extract<OutputSettings, { kind: K }>;

/** An output as its dialog has it: the settings of every kind, of which one is chosen. */
export interface OutputDraft {
  id: string;
  name: string;
  enabled: boolean;
  language: Output['language'];
  /** One a line. */
  recipients: string;
  tellsFaults: boolean;
  perMinute: number;
  kind: OutputKind;
  mail: SettingsOf<'mail'>;
  webhook: SettingsOf<'webhook'>;
  sms: Omit<SettingsOf<'sms'>, 'headers'> & { headers: string };
  mqtt: SettingsOf<'mqtt'>;
  /** Left empty: what is there stays. */
  secret: string;
}

export const OUTPUT_KINDS: readonly OutputKind[] = ['mail', 'webhook', 'sms', 'mqtt'];

export function draftOf(output: Output | null, language: Output['language']): OutputDraft {
  const settings = output?.settings;
  const of = <K extends OutputKind>(kind: K, otherwise: SettingsOf<K>): SettingsOf<K> =>
    settings?.kind === kind ? (structuredClone(settings) as SettingsOf<K>) : otherwise;
  const { headers, ...sms } = of('sms', {
    ...{ kind: 'sms', method: 'POST', url: '', headers: {}, format: 'json', accepted: null },
    body: '{"phone":"{phone}","text":"{text}"}',
  });
  return {
    id: output?.id ?? '',
    name: output?.name ?? '',
    enabled: output?.enabled ?? true,
    language: output?.language ?? language,
    recipients: output?.recipients.join('\n') ?? '',
    tellsFaults: output?.tellsFaults ?? true,
    perMinute: output?.perMinute ?? 30,
    kind: settings?.kind ?? 'mail',
    mail: of('mail', { kind: 'mail', host: '', port: 465, security: 'tls', user: null, from: '' }),
    webhook: of('webhook', { kind: 'webhook', url: '' }),
    sms: { ...sms, headers: headersText(headers) },
    mqtt: of('mqtt', { kind: 'mqtt', topic: 'hallwatch/alerts/{region}/{hall}' }),
    secret: '',
  };
}

/** For `OutputInput`, as typed. */
export function inputOf(draft: OutputDraft) {
  const { name, enabled, language, tellsFaults, perMinute, kind, secret } = draft;
  const recipients = linesOf(draft.recipients);
  return {
    ...{ name, enabled, language, recipients, tellsFaults, perMinute, settings: settingsOf(draft, kind) },
    ...(secret !== '' && { secret }),
  };
}

function settingsOf({ mail, webhook, sms, mqtt }: OutputDraft, kind: OutputKind) {
  if (kind === 'mail') return { ...mail, user: mail.user?.trim() ? mail.user.trim() : null };
  if (kind === 'sms')
    return { ...sms, headers: headersOf(sms.headers), accepted: sms.accepted?.trim() ? sms.accepted : null };
  return kind === 'webhook' ? webhook : mqtt;
}

const linesOf = (text: string) =>
  text
    .split(/[\n,;，；]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

function headersText(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** `name: value`, one a line. */
function headersOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}
