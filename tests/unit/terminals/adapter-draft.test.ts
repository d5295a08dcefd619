import { expect, it } from 'vitest';
import { adapterPresets } from '#contract/adapter-presets.ts';
import { definitionOf, draftOf } from '../../../client/features/adapters/adapter-draft.ts';

it.each(adapterPresets)('a definition ($key) is the same after it was edited and nothing changed', ({ definition }) => {
  expect(definitionOf(draftOf(definition))).toEqual(definition);
});

it('a line of the editor is cut at its first =, and empty lines are none', () => {
  const draft = draftOf(adapterPresets[0]!.definition);
  draft.rules[0]!.fields = ` type = 'a=b' \n\n no`;
  expect(definitionOf(draft).rules[0]!.fields).toEqual([
    { name: 'type', value: `'a=b'` },
    { name: 'no', value: '' },
  ]);
});
