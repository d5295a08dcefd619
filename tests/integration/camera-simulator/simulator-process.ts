import { camera, simulator } from './simulated.ts';

// Run as a program of its own by the test that kills it.
const cameras = simulator([camera('w07')]);
await cameras.start();
process.stdout.write(`${cameras.addresses()[0]!.rtsp.sub}\n`);
process.on('SIGTERM', () => void cameras.stop());
