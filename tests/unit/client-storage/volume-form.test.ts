import { expect, it } from 'vitest';
import { VolumeChange, VolumeInput, type Volume } from '#contract/storage.ts';
import { changeOf, draftOf, inputOf } from '../../../client/features/storage/volume-form.ts';

const STORE: Volume = {
  ...{ id: 'archive', path: 'https://s3.example.com/footage', tier: 2, quotaBytes: 2e12, status: 'ok', code: null },
  ...{ usedBytes: 0, protectedBytes: 0, capacityBytes: 2e12, freeBytes: 2e12 },
};
const KEY = { accessKeyId: 'who', secretAccessKey: 'secret' };

it('a folder is a path with a quota or none', () => {
  const draft = { ...draftOf(null), id: 'disk', path: '/srv/footage' };
  expect(VolumeInput.parse(inputOf(draft))).toMatchObject({ path: '/srv/footage', quotaBytes: null, access: null });
  expect(VolumeInput.parse(inputOf({ ...draft, quota: 0.5 })).quotaBytes).toBe(5e8);
});

it('a store is tier 2 at least, with its key and the usual region; without key or quota each field is named', () => {
  const draft = { ...draftOf(null), kind: 'store' as const, id: 'archive', path: STORE.path, quota: 2000 };
  const whole = inputOf({ ...draft, access: { region: '', ...KEY } });
  expect(VolumeInput.parse(whole)).toMatchObject({
    tier: 2,
    quotaBytes: 2e12,
    access: { region: 'us-east-1', ...KEY },
  });
  const fields = (input: unknown) => VolumeInput.safeParse(input).error?.issues.map(({ path }) => path.join('.'));
  expect(fields(inputOf(draft))).toEqual(['access.accessKeyId', 'access.secretAccessKey']);
  expect(fields({ ...whole, quotaBytes: null })).toEqual(['quotaBytes']);
});

it('a change says only what is another: a key that is left empty stays', () => {
  const draft = draftOf(STORE);
  expect(draft.kind).toBe('store');
  expect(changeOf(STORE, draft)).toEqual({ quotaBytes: 2e12 });
  const moved = { ...draft, path: 'https://s3.example.com/other', access: { region: 'eu-1', ...KEY } };
  expect(VolumeChange.parse(changeOf(STORE, moved))).toEqual({
    ...{ quotaBytes: 2e12, path: moved.path },
    access: { region: 'eu-1', ...KEY },
  });
});
