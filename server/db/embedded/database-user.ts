import { chownSync, readFileSync, statSync } from 'node:fs';

/** The account that PostgreSQL runs under; null where it is our own. */
export interface DatabaseUser {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. For root it is whoever owns the folder's cluster already, as after a start by hand
 * under another account; else `nobody`, who exists everywhere.
 */
export function databaseUser(cluster: string): DatabaseUser | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (!entry) throw new Error('there is no user "nobody" in /etc/passwd to run PostgreSQL as');
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}

export function giveTo(user: DatabaseUser | null, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}
