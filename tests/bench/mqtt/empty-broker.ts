/** Our own broker with nothing behind it, as a process of its own: prints its port, and ends with standard input. */
import { EmbeddedBroker } from '../../../devices/terminals/embedded-broker.ts';
import { silentLogger as log } from '../../../server/lib/logger.ts';

const broker = new EmbeddedBroker({ host: '127.0.0.1', port: 0, log });
await broker.start(() => Promise.resolve());
console.log(broker.address()!.port);
process.stdin.resume().on('end', () => void broker.stop().then(() => process.exit(0)));
