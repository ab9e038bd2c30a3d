import { turnoutApp } from './turnout-app.ts';

const app = await turnoutApp();
app.synth();
