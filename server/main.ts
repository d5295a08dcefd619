import { checkAddress } from './http/listener.ts';
import { openArchive } from './parts/archive.ts';
import { openDoors } from './parts/doors.ts';
import { letTerminalsIn, openFloor } from './parts/floor.ts';
import { layGround } from './parts/ground.ts';
import { openLooks } from './parts/looks.ts';
import { openOffice } from './parts/office.ts';
import { openVideo } from './parts/video.ts';
import { openWatch } from './parts/watch.ts';
import { runProcess } from './process.ts';

/** Everything the program consists of, in the order in which it starts; it stops the other way round. */
await runProcess(async (context) => {
  const { config } = context;
  await checkAddress({ host: config.bind, port: config.port });

  const ground = await layGround(context);
  const office = await openOffice(ground);
  const video = await openVideo(office);
  const floor = await openFloor(video);
  const watch = await openWatch(floor);
  const archive = await openArchive(watch);
  const house = await openLooks(archive);
  await letTerminalsIn(house);
  const address = await openDoors(house);

  const setupCode = house.setupCode();
  welcome(address, setupCode !== null && config.setupCode ? 'the one in HALLWATCH_SETUP_CODE' : setupCode);
});

/** What who started it needs to know, in plain words beside the log. */
function welcome(address: string, setupCode: string | null): void {
  const lines = ['', `  Hallwatch runs at ${address}`];
  if (setupCode !== null) {
    lines.push('', '  There is no account yet. Create the administrator in the browser:', `    ${address}/setup`);
    lines.push('  with this one-time setup code:', `    ${setupCode}`);
  }
  process.stdout.write([...lines, '', '  Ctrl-C stops it.', '', ''].join('\n'));
}
