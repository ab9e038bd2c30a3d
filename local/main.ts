import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import encodeQR from 'qr';
import { HostError, messageOf } from './errors.ts';
import { type Network, TRUST_PATH } from './http/network.ts';
import { startTurnout } from './start.ts';

const USAGE = `usage: npm start [-- --port N --data DIR --host ADDRESS --as-dated --empty]
  --port N     port to listen on, 0 picks one (default: TURNOUT_PORT, else 8080)
  --data DIR   folder that keeps everything (default: TURNOUT_DATA, else .turnout)
  --host A     serve the local network too, over TLS: an address of this machine, or 0.0.0.0 for all
  --as-dated   keep the dates of July 2023 instead of moving the programme's first day to today
  --empty      load nothing`;

const DEFAULT_PORT = '8080';
const NETWORK_PORT = 8443;
const HIGHEST_PORT = 65_535;

/** The host's state outlives it, so a stop that takes longer than this may be cut short (ms). */
const STOP_WITHIN_MS = 4_500;

const fail = (message: string): never => {
  console.error(message);
  process.exit(1);
};

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        host: { type: 'string' },
        'as-dated': { type: 'boolean', default: false },
        empty: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const port = values.port ?? process.env['TURNOUT_PORT'] ?? DEFAULT_PORT;
    if (!/^\d+$/.test(port) || Number(port) > HIGHEST_PORT)
      fail(`--port takes a number from 0 to ${HIGHEST_PORT}, not ${port}`);
    const { host, data = process.env['TURNOUT_DATA'] ?? '.turnout' } = values;
    // Else it were the working folder: of a clone, which soon holds its keys for everybody.
    if (data.trim() === '') fail('--data takes a folder, not nothing');
    if (host !== undefined && !isIPv4(host)) fail(`--host takes an IPv4 address, not ${host}`);
    return {
      port: Number(port),
      network: host === undefined ? undefined : { host, port: port === '0' ? 0 : NETWORK_PORT },
      data,
      asDated: values['as-dated'],
      empty: values.empty,
    };
  } catch (error) {
    return fail(`${messageOf(error)}\n${USAGE}`);
  }
};

const sayHowToConnect = ({ urls, fingerprint }: Network): void => {
  const [first] = urls;
  console.log(`
Everybody on this network can reach this host now. What it shows without a sign-in here is refused there, but it is
one computer without a firewall of its own: use a network of yours, and stop it when the doors close.
Authority ${fingerprint}`);
  for (const url of urls) console.log(`network ${url}${TRUST_PATH}`);
  if (first) console.log(encodeQR(`${first}${TRUST_PATH}`, 'term'));
};

// Databases, queues and mails hold names and tokens: what this process and its engines make is their owner's alone.
process.umask(0o077);
const options = readOptions();
try {
  const turnout = await startTurnout(options);
  const stop = () => {
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    void turnout.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(`ready ${turnout.baseUrl}`);
  if (turnout.host.network) sayHowToConnect(turnout.host.network);
} catch (error) {
  fail(error instanceof HostError ? error.message : `could not start: ${messageOf(error)}`);
}
