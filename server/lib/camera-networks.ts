import dns from 'node:dns';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { AppError } from './app-error.ts';

/** The private networks of RFC 1918 and RFC 4193, and the shared one of RFC 6598. Loopback and link-local are not in it. */
export const PRIVATE_NETWORKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
];

/** Everywhere, but not this machine nor what is link-local: those are named by networks of their own. */
export const EVERYWHERE: readonly string[] = ['0.0.0.0/0', '::/0'];

/** Nothing that the word everywhere means: this machine, its link, groups. */
const INTERNAL: readonly string[] = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'],
  ...['::/127', 'fe80::/10', 'ff00::/8', '64:ff9b::/96', '2002::/16'],
];

/** Where clouds tell a machine its own secrets; no camera lives there, whatever network is named. */
const METADATA: readonly string[] = ['169.254.169.254', '100.100.100.200', 'fd00:ec2::254'];

/** Whether `text` is a network like `192.168.0.0/16`; a bare address is a network of one. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== null;
}

/** What is said where an address may not be used, and the setting that names the networks. */
export interface NetworksFor {
  code: 'CAMERA_ADDRESS_FORBIDDEN' | 'OUTPUT_ADDRESS_FORBIDDEN';
  unreachable: 'CAMERA_UNREACHABLE' | 'OUTPUT_UNREACHABLE';
  setting: string;
}

const FOR_CAMERAS: NetworksFor = {
  code: 'CAMERA_ADDRESS_FORBIDDEN',
  unreachable: 'CAMERA_UNREACHABLE',
  setting: 'HALLWATCH_CAMERA_NETWORKS',
};

/**
 * Where cameras may live, or alerts be told. An administrator of Hallwatch types addresses that the server then connects to; this keeps
 * those connections out of networks that the owner of the machine has not named. Judged is the address that is connected
 * to, never its name: a name may be answered differently a second later.
 */
export class CameraNetworks {
  readonly #named = new net.BlockList();
  /** Of those named, all that are narrower than everything. */
  readonly #narrow = new net.BlockList();
  readonly #internal = blockList(INTERNAL);
  readonly #metadata = blockList(METADATA);
  readonly #ownAddresses: () => readonly string[];
  readonly #for: NetworksFor;

  /** `ownAddresses`: those of this machine; what listens there is as internal as on loopback. */
  constructor(
    networks: readonly string[],
    ownAddresses: () => readonly string[] = addressesOfThisMachine,
    whatFor: NetworksFor = FOR_CAMERAS,
  ) {
    this.#ownAddresses = ownAddresses;
    this.#for = whatFor;
    for (const text of networks) {
      const network = parseNetwork(text);
      if (!network) throw new AppError('CONFIG_INVALID', `${text} is no network`);
      this.#named.addSubnet(network.address, network.prefix, network.family);
      if (network.prefix > 0) this.#narrow.addSubnet(network.address, network.prefix, network.family);
    }
  }

  /** Whether one may connect to this IP address; false for anything that is none. */
  allows(text: string): boolean {
    const address = plain(text);
    const family = familyOf(address);
    if (!family || this.#metadata.check(address, family) || !this.#named.check(address, family)) return false;
    if (this.#internal.check(address, family) && !this.#narrow.check(address, family)) return false;
    return this.#narrow.check('127.0.0.1', 'ipv4') || !this.#ownAddresses().some((own) => plain(own) === address);
  }

  /** For connections to an address that is no name: those ask for no `lookup`. @throws AppError ..._ADDRESS_FORBIDDEN */
  check(host: string): void {
    if (net.isIP(bare(host)) !== 0 && !this.allows(bare(host))) throw this.#forbidden(host);
  }

  /** The address that a connection to this host may use now. @throws AppError ..._ADDRESS_FORBIDDEN, ..._UNREACHABLE */
  resolve(host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (net.isIP(bare(host)) !== 0) {
        this.check(host);
        return resolve(bare(host));
      }
      this.lookup(host, { all: false }, (error, address) => {
        if (!error) return resolve(String(address));
        reject(
          error instanceof AppError ? error : new AppError(this.#for.unreachable, error.message, { cause: error }),
        );
      });
    });
  }

  /** Looks names up for `net.connect` and `http.request`, and gives only addresses that are allowed. */
  readonly lookup: net.LookupFunction = (host, options, done) => {
    dns.lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '');
      const allowed = found.filter(({ address }) => this.allows(address));
      const first = allowed[0];
      if (!first) return done(this.#forbidden(host, found[0]?.address), '');
      if (options.all) return done(null, allowed);
      done(null, first.address, first.family);
    });
  };

  #forbidden(host: string, address?: string): AppError {
    const what = address === undefined || address === host ? bare(host) : `${host}, ${address}`;
    return new AppError(this.#for.code, `${what} is in no network of ${this.#for.setting}`);
  }
}

/** The same guard over where alerts may be told. */
export function outputNetworks(networks: readonly string[], ownAddresses?: () => readonly string[]): CameraNetworks {
  return new CameraNetworks(networks, ownAddresses, {
    code: 'OUTPUT_ADDRESS_FORBIDDEN',
    unreachable: 'OUTPUT_UNREACHABLE',
    setting: 'HALLWATCH_OUTPUT_NETWORKS',
  });
}

function blockList(networks: readonly string[]): net.BlockList {
  const list = new net.BlockList();
  for (const { address, prefix, family } of networks.flatMap((text) => parseNetwork(text) ?? [])) {
    list.addSubnet(address, prefix, family);
  }
  return list;
}

/** Without the brackets of a URL and the zone of a link-local address. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
}

/** IPv4 in IPv6 clothes (`::ffff:7f00:1`, RFC 4291, 2.5.5.2) is IPv4. */
function plain(text: string): string {
  const address = bare(text);
  if (!net.isIPv6(address)) return address;
  const written = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written) ?? [];
  if (high === undefined || low === undefined) return written;
  const bytes = [parseInt(high, 16), parseInt(low, 16)].flatMap((word) => [word >> 8, word & 255]);
  return bytes.join('.');
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = net.isIP(address);
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6';
}

function parseNetwork(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | null {
  const [, address = '', digits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const family = familyOf(address);
  if (!family) return null;
  const most = family === 'ipv4' ? 32 : 128;
  const prefix = digits === undefined ? most : Number(digits);
  return prefix > most ? null : { address, prefix, family };
}

function addressesOfThisMachine(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
}
