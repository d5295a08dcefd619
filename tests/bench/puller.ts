/**
 * The product's streams alone, as a process of their own: pulls every address given, without anyone watching. User and
 * password come from the environment. Prints a line when all are live; ends with standard input.
 */
import { systemClock } from '../../server/lib/clock.ts';
import { silentLogger } from '../../server/lib/logger.ts';
import { StreamHouse } from '../../streams/house.ts';

const house = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
const { BENCH_USER: username = '', BENCH_PASSWORD: password = '' } = process.env;
process.argv.slice(2).forEach((uri, index) => {
  const target = { cameraId: `pull-${index}`, role: 'main', uri, username, password } as const;
  house.setTarget({ ...target, sourceChoice: 'rtsp', keepOpen: true });
});
house.stateChanged.on(() => {
  if (house.states().every(({ status }) => status === 'live')) console.log('live');
});
house.start();
process.stdin.resume().on('end', () => void house.stop().then(() => process.exit(0)));
