import { startTurnout } from '../../../local/start.ts';

// A host in a process of its own, to be killed: node host-process.ts <assembly> <data> <port>
const [, , assembly = '', data = '', port = '0'] = process.argv;
const turnout = await startTurnout({ data, port: Number(port), asDated: false, empty: true, assembly });
process.once('SIGTERM', () => void turnout.stop().then(() => process.exit(0)));
console.log(`ready ${turnout.baseUrl}`);
