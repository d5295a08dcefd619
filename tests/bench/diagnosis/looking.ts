/**
 * The product's streams in a process of their own, with or without the part that looks at their pictures: `pull` or
 * `look`, then the addresses. Prints a line when all are live, and how often it looked when standard input ends.
 */
import { systemClock } from '../../../server/lib/clock.ts';
import { silentLogger } from '../../../server/lib/logger.ts';
import { CameraJudge } from '../../../streams/diagnosis/camera-judge.ts';
import { Looker } from '../../../streams/diagnosis/looker.ts';
import { StreamHouse } from '../../../streams/house.ts';

const [mode, ...uris] = process.argv.slice(2);
const house = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
const { BENCH_USER: username = '', BENCH_PASSWORD: password = '' } = process.env;
const judges = new Map<string, CameraJudge>();
let looks = 0;
const looker = new Looker({
  hubOf: (cameraId) => house.hub(cameraId, 'sub'),
  clock: systemClock,
  log: silentLogger,
  ffmpegPath: 'ffmpeg',
  intervalMs: 5000,
  onLook({ cameraId, at, picture }) {
    looks += 1;
    judges.get(cameraId)!.look(picture, { at, open: true, moving: false });
  },
  onMiss: () => undefined,
});
uris.forEach((uri, index) => {
  const cameraId = `cam-${index}`;
  house.setTarget({ cameraId, role: 'sub', uri, username, password, sourceChoice: 'rtsp', keepOpen: true });
  judges.set(cameraId, new CameraJudge());
  looker.add(cameraId);
});
let told = false;
house.stateChanged.on(() => {
  if (told || !house.states().every(({ status }) => status === 'live')) return;
  told = true;
  console.log('live');
});
house.start();
if (mode === 'look') looker.start();
process.stdin.resume().on('end', () => {
  console.log(looks);
  void looker.stop().then(async () => {
    await house.stop();
    process.exit(0);
  });
});
