import { isStoreAddress, type Volume } from '#contract/storage.ts';

/** A volume as its dialog has it. */
export interface VolumeDraft {
  kind: 'folder' | 'store';
  id: string;
  path: string;
  tier: number;
  /** GB; null: all the disk has. */
  quota: number | null;
  /** Of a volume that there is, the key is not told: what is left empty stays. */
  access: { region: string; accessKeyId: string; secretAccessKey: string };
}

const GB = 1e9;

export function draftOf(volume: Volume | null): VolumeDraft {
  return {
    kind: volume && isStoreAddress(volume.path) ? 'store' : 'folder',
    id: volume?.id ?? '',
    path: volume?.path ?? '',
    tier: volume?.tier ?? 1,
    quota: volume?.quotaBytes ? volume.quotaBytes / GB : null,
    access: { region: '', accessKeyId: '', secretAccessKey: '' },
  };
}

/** For `VolumeInput`, as typed. */
export function inputOf(draft: VolumeDraft) {
  const { kind, id, path, tier } = draft;
  const isStore = kind === 'store';
  const access = isStore ? accessOf(draft) : null;
  return { id, path, tier: isStore ? Math.max(2, tier) : tier, quotaBytes: bytesOf(draft), access };
}

/** For `VolumeChange`: only what is another than before. */
export function changeOf(volume: Volume, draft: VolumeDraft) {
  const { kind, path, access } = draft;
  const hasKey = kind === 'store' && Object.values(access).some((value) => value !== '');
  return {
    quotaBytes: bytesOf(draft),
    ...(path === volume.path ? {} : { path }),
    ...(hasKey ? { access: accessOf(draft) } : {}),
  };
}

const bytesOf = ({ quota }: VolumeDraft) => (quota === null ? null : Math.round(quota * GB));

/** A region that is left empty is the usual one. */
function accessOf({ access: { region, ...key } }: VolumeDraft) {
  return region === '' ? key : { region, ...key };
}
