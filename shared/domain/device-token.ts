export interface DeviceToken {
  readonly event: string;
  readonly deviceId: string;
  /** base64url of 32 random bytes. */
  readonly secret: string;
}

const pattern = /^([a-z0-9][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/;

/** `<event>.<deviceId>.<secret>`; undefined for anything else. */
export const parseDeviceToken = (text: string): DeviceToken | undefined => {
  const [, event, deviceId, secret] = pattern.exec(text) ?? [];
  return event && deviceId && secret ? { event, deviceId, secret } : undefined;
};

export const deviceTokenText = ({ event, deviceId, secret }: DeviceToken): string =>
  `${event}.${deviceId}.${secret}`;
