import * as contract from '../../shared/contract/devices.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { cursors } from '../../shared/runtime/cursors.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { heardOf } from '../../shared/runtime/heard-of.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { eventReader } from '../../shared/store/events.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { create, list, pair, revoke } from './devices.ts';
import { settings } from './function.ts';
import { scanner, scannerCodes } from './scanner.ts';
import { wrongCodes } from './wrong-codes.ts';

const { REGISTRY_TABLE, SEALING_SECRET_ARN } = readEnv(settings);
const devices = deviceStore(dynamo(), REGISTRY_TABLE);
const sealingSecret = secretOf(SEALING_SECRET_ARN);
const deps = {
  devices,
  badges: badgeStore(dynamo(), REGISTRY_TABLE),
  event: eventReader(dynamo(), REGISTRY_TABLE).existing,
  programme: programmeReader(dynamo(), REGISTRY_TABLE).get,
  heardOf: heardOf(devices, Date.now),
  sealingSecret,
  cursors: cursors(sealingSecret),
  wrong: wrongCodes(Date.now),
  clock: Date.now,
};

export const handler = httpApi([
  on(contract.createDevice, create(deps)),
  on(contract.pairDevice, pair(deps)),
  on(contract.listDevices, list(deps)),
  on(contract.revokeDevice, revoke(deps)),
  on(contract.getScanner, scanner(deps)),
  on(contract.getScannerCodes, scannerCodes(deps)),
]);
