/**
 * How the server's engine deals with memory, as far as an engine knows how to. What each does:
 *
 * Without the first it takes four times of what it needs before it looks for what is not needed any more, and does not give it
 * back while there is work. The bound makes that less than twice; objects of a house take some 100 MB, pictures lie outside of it.
 *
 * The second is the room for new objects, most of which are gone at once: with 8 MB terminals at their most were taken in at 20,800
 * messages a second, with 16 at 28,800, with 32 at 29,200.
 *
 * The third lets pictures count beside objects. By themselves they have a measure of their own, so tight that 32 recorded cameras
 * had everything looked through each second or two: 0.52 to 0.56 of ffmpeg's processor time, and 0.45 with this.
 */
import { spawnSync } from 'node:child_process';

const FLAGS = ['--max-old-space-size=1536', '--max-semi-space-size=16', '--external-memory-accounted-in-global-limit'];

/**
 * Those that this Node takes: engines drop flags from one version to the next, and a server has to start with any.
 * @param {string} node its path
 */
export function serverFlags(node) {
  return FLAGS.filter((flag) => spawnSync(node, [flag, '--version']).status === 0);
}
