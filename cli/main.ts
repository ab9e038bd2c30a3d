import { defineCommand, runMain } from 'citty';
import { badgesCommand, revokeCommand } from './badges.ts';
import { devicesCommand } from './devices.ts';
import { eventCommand, importCommand } from './programme.ts';

await runMain(
  defineCommand({
    meta: {
      name: 'turnout',
      description: 'Programme, badges and devices of an event, on a local host or a deployment',
    },
    subCommands: {
      event: eventCommand,
      import: importCommand,
      badges: badgesCommand,
      devices: devicesCommand,
      revoke: revokeCommand,
    },
  }),
);
