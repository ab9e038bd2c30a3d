import { parseArgs } from 'node:util';
import { turnoutApp } from './turnout-app.ts';

// Without a folder of built pages there is no stack for them: the embedded host serves the build itself.
const { values } = parseArgs({ options: { pages: { type: 'string' } } });
const app = await turnoutApp(values);
app.synth();
