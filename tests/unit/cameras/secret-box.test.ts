import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { deriveKey, loadSecret, SecretBox } from '#lib/secret-box.ts';

describe('a secret box', () => {
  const secret = randomBytes(32);
  const box = new SecretBox(secret, 'camera passwords');

  it('opens what it sealed, and seals no text twice alike', () => {
    expect(box.open(box.seal('pässwörd 密码', 'cam-1'), 'cam-1')).toBe('pässwörd 密码');
    expect(box.open(box.seal('', 'cam-1'), 'cam-1')).toBe('');
    expect(box.seal('a', 'cam-1').equals(box.seal('a', 'cam-1'))).toBe(false);
  });

  it('does not open for another row, purpose or secret', () => {
    const sealed = box.seal('password', 'cam-1');
    expect(box.open(sealed, 'cam-2')).toBeNull();
    expect(new SecretBox(secret, 'second factor').open(sealed, 'cam-1')).toBeNull();
    expect(new SecretBox(randomBytes(32), 'camera passwords').open(sealed, 'cam-1')).toBeNull();
  });

  it('does not open what was altered anywhere', () => {
    const sealed = box.seal('password', 'cam-1');
    for (let i = 0; i < sealed.length; i += 1) {
      const altered = Buffer.from(sealed);
      altered[i]! ^= 1;
      expect(box.open(altered, 'cam-1')).toBeNull();
    }
    for (const length of [0, 1, 28, sealed.length - 1])
      expect(box.open(sealed.subarray(0, length), 'cam-1')).toBeNull();
  });

  it('derives a key of its own for every purpose', () => {
    expect(deriveKey(secret, 'a').equals(deriveKey(secret, 'b'))).toBe(false);
    expect(deriveKey(secret, 'a')).toHaveLength(32);
  });
});

describe('the key file', () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });
  async function folder(): Promise<string> {
    folders.push(await mkdtemp(join(tmpdir(), 'hallwatch-key-')));
    return folders.at(-1)!;
  }

  it('is made once, for the owner only, whole for everyone who asks at the same time', async () => {
    const dir = await folder();
    const path = join(dir, 'secret.key');
    const secrets = await Promise.all(Array.from({ length: 8 }, () => loadSecret(path)));
    for (const secret of secrets) expect(secret.equals(secrets[0]!)).toBe(true);
    expect(secrets[0]).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['secret.key']);
    expect((await loadSecret(path)).equals(secrets[0]!)).toBe(true);
  });

  it('is never replaced when it is damaged', async () => {
    const path = join(await folder(), 'secret.key');
    await writeFile(path, 'short');
    await expect(loadSecret(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(loadSecret(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('says what the system says where it cannot be made', async () => {
    await expect(loadSecret(join(await folder(), 'missing', 'secret.key'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
