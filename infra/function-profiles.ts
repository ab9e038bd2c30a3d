import { Duration } from 'aws-cdk-lib';

/** How a function is sized, and what people lose when it fails. */
export interface FunctionProfile {
  readonly memoryMb: number;
  readonly timeout: Duration;
  /**
   * Concurrent executions kept for this function alone, and its limit (I8): the door's are its own, and what
   * the public can set off ends here. Unset: shares what the account has left.
   */
  readonly reserved?: number;
  /** What an error costs a user, for the person on call. */
  readonly whenItFails: string;
}

/** API Gateway waits at most 30 s. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const INTERACTIVE = Duration.seconds(10);
const BULK = Duration.seconds(29);

const profiles = {
  'check-in': {
    memoryMb: 1024,
    timeout: INTERACTIVE,
    reserved: 200,
    whenItFails:
      'A scan at a door gets no answer: the volunteer has to try again or to let people in offline.',
  },
  authorizer: {
    memoryMb: 1024,
    timeout: Duration.seconds(5),
    reserved: 100,
    whenItFails: 'Devices and organizers with good tokens are turned away: every door may stand still.',
  },
  'token-claims': {
    memoryMb: 256,
    timeout: Duration.seconds(5),
    reserved: 10,
    whenItFails: 'Organizers cannot sign in: nobody can publish, revoke or watch the rooms.',
  },
  'live-authorizer': {
    memoryMb: 512,
    timeout: Duration.seconds(5),
    reserved: 20,
    whenItFails: 'Organizers’ screens get no live counts; they show a snapshot every 30 seconds instead.',
  },
  attendance: {
    memoryMb: 1024,
    timeout: BULK,
    reserved: 20,
    whenItFails: 'Organizers see no counts; the doors go on.',
  },
  export: {
    memoryMb: 1024,
    timeout: BULK,
    reserved: 5,
    whenItFails: 'An organizer cannot download the list of attendees.',
  },
  programme: {
    memoryMb: 1024,
    timeout: BULK,
    reserved: 50,
    whenItFails: 'The programme cannot be imported, changed or read; doors go on with what they have cached.',
  },
  badges: {
    memoryMb: 1024,
    timeout: BULK,
    reserved: 20,
    whenItFails: 'Badges cannot be imported, found or revoked: a lost badge may still open doors.',
  },
  devices: {
    memoryMb: 512,
    timeout: INTERACTIVE,
    reserved: 50,
    whenItFails: 'Devices cannot be paired or revoked, and scanners get no fresh data for working offline.',
  },
  announcements: {
    memoryMb: 512,
    timeout: INTERACTIVE,
    reserved: 10,
    whenItFails: 'The press office cannot draft, publish, correct or retract.',
  },
  'public-announcements': {
    memoryMb: 512,
    timeout: INTERACTIVE,
    reserved: 50,
    whenItFails: 'Readers of the site and of the feeds see no announcements.',
  },
  subscriptions: {
    memoryMb: 512,
    timeout: INTERACTIVE,
    reserved: 10,
    whenItFails: 'Nobody can subscribe; those who have already are not affected.',
  },
  meta: {
    memoryMb: 512,
    timeout: INTERACTIVE,
    reserved: 10,
    whenItFails: 'Health checks report us as down, and mistyped requests get an unhelpful answer.',
  },
  count: {
    memoryMb: 1024,
    timeout: Duration.seconds(30),
    whenItFails: 'The counts on the organizers’ screens stand still while people go on entering.',
  },
  place: {
    memoryMb: 512,
    timeout: Duration.seconds(30),
    whenItFails:
      'Where one place at a time is wanted, people are shown in the room that they have left, too.',
  },
  watch: {
    memoryMb: 1024,
    timeout: Duration.minutes(2),
    whenItFails: 'Nobody is told that a room is full, that a device is silent or that two doors contradict.',
  },
  announce: {
    memoryMb: 512,
    timeout: Duration.seconds(30),
    whenItFails: 'Published announcements do not reach subscribers until the stream moves again.',
  },
  release: {
    memoryMb: 512,
    timeout: Duration.seconds(30),
    whenItFails: 'Scheduled announcements are not handed over and will be late.',
  },
  'publish-due': {
    memoryMb: 512,
    timeout: INTERACTIVE,
    whenItFails: 'A scheduled announcement is not published at its time.',
  },
  'session-end': {
    memoryMb: 1024,
    timeout: Duration.seconds(55),
    whenItFails: 'People are shown as inside sessions that are over.',
  },
} as const satisfies Readonly<Record<string, FunctionProfile>>;

export type FunctionName = keyof typeof profiles;
export const functionProfiles: Readonly<Record<FunctionName, FunctionProfile>> = profiles;
