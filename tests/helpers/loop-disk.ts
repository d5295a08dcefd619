import { spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';

/**
 * A disk of its own, ext4 in a file, that a test freezes and unmounts as no folder can be. For root alone, and where the
 * machine has loop devices.
 */
export class LoopDisk {
  readonly #image: string;
  readonly #folder: string;

  private constructor(image: string, folder: string) {
    this.#image = image;
    this.#folder = folder;
  }

  /** Makes it and mounts it on a folder; null where this machine does not let us. */
  static async make(folder: string, bytes: number): Promise<LoopDisk | null> {
    const image = `${folder}.img`;
    const file = await open(image, 'w');
    await file.truncate(bytes);
    await file.close();
    const disk = new LoopDisk(image, folder);
    return run('mkfs.ext4', '-q', '-m', '0', image) && disk.mount() ? disk : null;
  }

  mount(): boolean {
    return run('mount', '-o', 'loop', this.#image, this.#folder);
  }

  /** Also under open files: these go on, and nothing finds them any more. */
  unmount(): boolean {
    return run('umount', '-l', this.#folder);
  }

  /** Whoever writes waits, until it is thawed. */
  freeze(): boolean {
    return run('fsfreeze', '-f', this.#folder);
  }

  thaw(): boolean {
    return run('fsfreeze', '-u', this.#folder);
  }
}

const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
