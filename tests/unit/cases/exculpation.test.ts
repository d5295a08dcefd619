import { expect, it } from 'vitest';
import type { CardBasis, Outage } from '#contract/cards.ts';
import { exculpationsOf, type ExculpationFacts } from '../../../server/features/cases/cards/exculpation.ts';
import { at } from './limit-stage.ts';

const basis = { endedAt: new Date(at('03-16 17:00')).toISOString(), provisional: false } as CardBasis;
const plain: ExculpationFacts = {
  basis,
  stillReached: true,
  acceptedAt: at('03-09 10:00'),
  firstReceivedAt: at('03-09 10:05'),
  finishedAt: null,
  running: [],
  sourceHeardAt: at('03-17 09:00'),
  outages: [],
};
const found = (facts: Partial<ExculpationFacts>) => exculpationsOf({ ...plain, ...facts }).map(({ kind }) => kind);
const outage = (from: string, until: string): Outage => ({
  ...{ id: '01JZ0000000000000000000000', sourceId: null, note: 'power', notedBy: 'li' },
  ...{ beganAt: new Date(at(from)).toISOString(), endedAt: new Date(at(until)).toISOString() },
});

it.each([
  ['nothing, of a plain case', {}, []],
  ['that it is not late by what is known now', { stillReached: false }, ['not-late']],
  ['that the calendar was not known', { basis: { ...basis, provisional: true } }, ['provisional']],
  ['that a procedure runs', { running: [{ kind: 'hearing', startedAt: at('03-17 09:00') }] }, ['stands']],
  ['that it was handed over when it was late', { firstReceivedAt: at('03-18 09:00') }, ['late-data']],
  ['that its system is silent since', { sourceHeardAt: at('03-16 09:00') }, ['silent']],
  [
    'not that it was silent, where the end is known',
    { sourceHeardAt: at('03-16 09:00'), finishedAt: at('03-17 09:00') },
    [],
  ],
  ['nothing of silence, where the case is kept here', { sourceHeardAt: null }, []],
  ['an outage within the limit', { outages: [outage('03-12 09:00', '03-12 12:00')] }, ['outage']],
  ['an outage over its end', { outages: [outage('03-16 16:00', '03-18 09:00')] }, ['outage']],
  [
    'no outage before acceptance or after the end',
    { outages: [outage('03-08 09:00', '03-09 10:00'), outage('03-16 17:00', '03-17 09:00')] },
    [],
  ],
  ['several at once', { stillReached: false, sourceHeardAt: at('03-16 09:00') }, ['not-late', 'silent']],
] as [string, Partial<ExculpationFacts>, string[]][])('finds %s', (_, facts, kinds) => {
  expect(found(facts)).toEqual(kinds);
});
