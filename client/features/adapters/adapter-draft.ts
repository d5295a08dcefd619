import type { AdapterDefinition, AdapterRule } from '#contract/adapters.ts';
import type { TerminalKind } from '#contract/mqtt.ts';

/** A definition as it is edited: what is a list there is lines of a text here. */
export interface AdapterDraft {
  name: string;
  enabled: boolean;
  topic: string;
  format: AdapterDefinition['format'];
  hall: string;
  tables: { name: string; rows: string }[];
  rules: RuleDraft[];
}

export interface RuleDraft {
  when: string;
  kind: TerminalKind;
  device: string;
  channel: AdapterRule['channel'];
  ts: string;
  id: string;
  /** `name = expression`, one a line. */
  fields: string;
  counts: boolean;
  count: { field: string; key: string; where: string; forgetMin: number };
}

const noCount = { field: 'inside', key: '', where: '', forgetMin: 30 };

export function draftOf(definition: AdapterDefinition): AdapterDraft {
  const { tables, rules, ...rest } = definition;
  return {
    ...rest,
    tables: tables.map(({ name, rows }) => ({ name, rows: rows.map(({ from, to }) => `${from} = ${to}`).join('\n') })),
    rules: rules.map(({ when, ts, id, fields, count, ...rule }) => ({
      ...rule,
      when: when.join('\n'),
      ...{ ts: ts ?? '', id: id ?? '' },
      fields: fields.map(({ name, value }) => `${name} = ${value}`).join('\n'),
      counts: count !== null,
      count: count ? { ...count, where: count.where.join('\n') } : { ...noCount },
    })),
  };
}

/** As the contract has it, unchecked. */
export function definitionOf(draft: AdapterDraft): AdapterDefinition {
  const { tables, rules, ...rest } = draft;
  return {
    ...rest,
    tables: tables.map(({ name, rows }) => ({ name, rows: pairsOf(rows).map(([from, to]) => ({ from, to })) })),
    rules: rules.map(({ when, ts, id, fields, counts, count, ...rule }) => ({
      ...rule,
      when: linesOf(when),
      ...{ ts: ts.trim() || null, id: id.trim() || null },
      fields: pairsOf(fields).map(([name, value]) => ({ name, value })),
      count: counts ? { ...count, where: linesOf(count.where) } : null,
    })),
  };
}

export function blankRule(): RuleDraft {
  const lines = { when: '', device: '', ts: '', id: '', fields: '' };
  return { ...lines, kind: 'caller', channel: 'evt', counts: false, count: { ...noCount } };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Each line at its first `=`. */
function pairsOf(text: string): [string, string][] {
  return linesOf(text).map((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
}
