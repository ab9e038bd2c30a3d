import * as contract from '../../shared/contract/previews.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { previewStore } from '../../shared/store/announcements/previews.ts';
import { eventReader } from '../../shared/store/events.ts';
import { settings } from './function.ts';
import { previewCommands } from './previews.ts';
import { openPreview } from './read.tsx';

const env = readEnv(settings);
const deps = {
  event: eventReader(dynamo(), env.REGISTRY_TABLE).existing,
  announcements: announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  previews: previewStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  clock: Date.now,
};
const commands = previewCommands(deps);

export const handler = httpApi([
  on(contract.createPreview, commands.create),
  on(contract.listPreviews, commands.list),
  on(contract.revokePreview, commands.revoke),
  on(contract.previewPage, openPreview(deps)),
]);
