import { parseArgs } from 'node:util';
import { startTurnout } from '../local/start.ts';

/** The host as `npm start -- --empty` runs it, on a deployment that was synthesized once for the whole bench. */
const { values } = parseArgs({ options: { data: { type: 'string' }, assembly: { type: 'string' } } });
if (values.data === undefined) throw new Error('--data is needed');

const turnout = await startTurnout({
  data: values.data,
  assembly: values.assembly,
  port: 0,
  asDated: false,
  empty: true,
});
process.once('SIGTERM', () => void turnout.stop().then(() => process.exit(0)));
console.log(`ready ${turnout.baseUrl}`);
