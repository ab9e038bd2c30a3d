import { type Command, Option, program } from '@commander-js/extra-typings';
import { endOfOutput, report } from './failure.ts';
import { fullUsage } from './usage.ts';

// Each command loads its own code when it runs, so that none waits for what only another needs.

/** Where to, which event, and who asks; what is missing comes from the environment, then the credentials file. */
const connecting = (command: Command) =>
  command
    .option('--url <url>', 'base URL of the API (TURNOUT_URL)')
    .option('--event <slug>', 'event (TURNOUT_EVENT)')
    .option('--token <token>', 'token; better in TURNOUT_TOKEN, where other users cannot see it')
    .option('--credentials <file>', 'credentials file of a local host (.turnout/credentials.json)');

const layoutOption = () =>
  new Option('--layout <layout>', 'A4 sheets of eight, or rolls of single labels')
    .choices(['a4', '62mm', '4x6in'])
    .default('a4' as const);

program
  .name('turnout')
  .description('Programme, badges, devices and counts of an event, on a local host or a deployment')
  .configureHelp(fullUsage)
  .showHelpAfterError();

connecting(program.command('login'))
  .description('sign in at a deployment by its pages, in a browser; other commands then go by this sign-in')
  .option('--port <n>', 'where the browser comes back to, if the deployment knows another than 8976')
  .action(async (options) => (await import('./login.ts')).login(options));

connecting(program.command('logout'))
  .description('forget the sign-in, and end its renewals where it came from')
  .action(async (options) => (await import('./login.ts')).logout(options));

const organizers = program.command('organizers').description('who may sign in at a deployment');

connecting(organizers.command('add'))
  .description('invite somebody by mail, with a role in some events; needs AWS credentials')
  .argument('<mail>', 'their mail address')
  .requiredOption('--events <a,b>', 'events with commas between, or * for all')
  .addOption(
    new Option('--role <role>', 'what they may do')
      .choices(['organizer', 'viewer', 'press'])
      .default('organizer'),
  )
  .action(async (mail, options) => (await import('./organizers.ts')).addOrganizer(mail, options));

connecting(organizers.command('remove'))
  .description('sign somebody out everywhere and let them in no more')
  .argument('<mail>', 'their mail address')
  .action(async (mail, options) => (await import('./organizers.ts')).removeOrganizer(mail, options));

connecting(program.command('event'))
  .description('create the event or change its title, time zone and languages')
  .argument('<file>', 'JSON with title, timeZone, languages')
  .action(async (file, options) => (await import('./programme.ts')).setEvent(file, options));

connecting(program.command('delete-event'))
  .description('delete the event with all that belongs to it, for good')
  .requiredOption('--confirm <event>', 'its id once more')
  .action(async (options) => (await import('./programme.ts')).deleteEvent(options));

connecting(program.command('import'))
  .description('import a programme: our own JSON, or schedule.xml or .json of frab, pentabarf, pretalx')
  .argument('<file>', 'the file, or - for standard input')
  .option('--venue <slug>', 'venue that the rooms of a schedule belong to')
  .option('--dry-run', 'store nothing: say what the file would do')
  .action(async (file, options) => (await import('./programme.ts')).importFile(file, options));

const badges = program.command('badges').description('import, find, show and revoke badges');

connecting(badges.command('import'))
  .description('import badges: a registration list as CSV, our own CSV, JSON or JSON lines')
  .argument('<file>', 'the file, or - for standard input')
  .option('--map <field=Heading...>', 'which column is what, where the guess is wrong, e.g. name=Teilnehmer')
  .option('--category <Ticket=category...>', 'what a ticket makes of somebody, e.g. "Gold=vip", "*=delegate"')
  .option('--preview', 'send nothing: show how the list is read, and its first badges')
  .option('--codes <file>', 'write each badge’s code to this file, as JSON lines')
  .option('--print <file>', 'write a PDF of the badges that are new or changed')
  .addOption(layoutOption())
  .option('--font <file>', 'a font for signs that ours lack')
  .action(async (file, options) => (await import('./badges-import.ts')).importBadges(file, options));

connecting(badges.command('find'))
  .description('badges whose name begins with these letters')
  .argument('<name>', 'at least 3 letters')
  .action(async (name, options) => (await import('./badges.ts')).findBadges(name, options));

connecting(badges.command('list'))
  .description('every badge by its id')
  .option('--category <id>', 'only of this category')
  .action(async (options) => (await import('./badges.ts')).listBadges(options));

connecting(badges.command('show'))
  .description('a badge and every scan of it')
  .argument('<badge>', 'badgeId')
  .action(async (badge, options) => (await import('./badges.ts')).showBadge(badge, options));

connecting(badges.command('print'))
  .description('a PDF of these badges, for another print')
  .argument('<badges...>', 'badgeIds')
  .requiredOption('--out <file>', 'the PDF to write')
  .addOption(layoutOption())
  .option('--font <file>', 'a font for signs that ours lack')
  .action(async (badgeIds, options) => (await import('./print.ts')).printBadges(badgeIds, options));

const devices = program.command('devices').description('announce, list and revoke devices');

connecting(devices.command('create'))
  .description('announce a device; prints the code that pairs it once')
  .argument('<name>', 'what people call it, e.g. "Door 3"')
  .addOption(
    new Option('--role <role>', 'what it may do').choices(['scanner', 'supervisor']).default('scanner'),
  )
  .option('--sessions <a,b>', 'only these sessions, with commas between; all of them without it')
  .action(async (name, options) => (await import('./devices.ts')).createDevice(name, options));

connecting(devices.command('list'))
  .description('devices with their sessions and when they were last heard of')
  .action(async (options) => (await import('./devices.ts')).listDevices(options));

connecting(devices.command('revoke'))
  .description('refuse a device everywhere within 60 s')
  .argument('<device>', 'deviceId')
  .action(async (device, options) => (await import('./devices.ts')).revokeDevice(device, options));

connecting(program.command('revoke'))
  .description('refuse badges at every door within 60 s')
  .argument('<badges...>', 'badgeIds')
  .option('--reason <text>', 'why, for the badge’s record')
  .action(async (badgeIds, options) => (await import('./badges.ts')).revokeBadges(badgeIds, options));

connecting(program.command('annul'))
  .description('take a scan back that should not count')
  .argument('<badge>', 'badgeId')
  .argument('<scan>', 'scanId, as `badges show` prints it')
  .requiredOption('--reason <text>', 'why, for the record')
  .action(async (badge, scan, options) => (await import('./badges.ts')).annulScan(badge, scan, options));

const previews = program
  .command('previews')
  .description('personal links to a scheduled announcement, for people who may read it under embargo');

connecting(previews.command('create'))
  .description('a link for one reader; prints it once')
  .argument('<announcement>', 'announcementId')
  .argument('<to>', 'whom it is for, as it stands on the page')
  .option('--until <time>', 'when it ends; without it when the announcement is published')
  .action(async (announcement, to, options) =>
    (await import('./previews.ts')).createPreview(announcement, to, options),
  );

connecting(previews.command('list'))
  .description('who has a link, and how often it was opened')
  .argument('<announcement>', 'announcementId')
  .action(async (announcement, options) =>
    (await import('./previews.ts')).listPreviews(announcement, options),
  );

connecting(previews.command('revoke'))
  .description('end a link at once')
  .argument('<announcement>', 'announcementId')
  .argument('<preview>', 'previewId, as `previews list` prints it')
  .action(async (announcement, preview, options) =>
    (await import('./previews.ts')).revokePreview(announcement, preview, options),
  );

const deliveries = program.command('deliveries').description('who got an announcement, and what failed');

connecting(deliveries.command('report'))
  .description('counts of every protocol, and each failure with its cause')
  .argument('<announcement>', 'announcementId')
  .option('--json', 'the answer of the API as it is')
  .action(async (announcement, options) =>
    (await import('./deliveries.ts')).showDeliveries(announcement, options),
  );

connecting(deliveries.command('replay'))
  .description('send what failed again')
  .argument('<announcement>', 'announcementId')
  .argument('[delivery]', 'one that `report` lists', 'all')
  .action(async (announcement, delivery, options) =>
    (await import('./deliveries.ts')).replayDeliveries(announcement, delivery, options),
  );

connecting(deliveries.command('redrive'))
  .description('put back what was put aside after all tries, once its cause is mended')
  .action(async (options) => (await import('./deliveries.ts')).redriveDeliveries(options));

connecting(program.command('attendance'))
  .description('counts of every session, or of one with its minutes')
  .argument('[session]', 'sessionId')
  .option('--json', 'the answer of the API as it is')
  .action(async (session, options) => (await import('./attendance.ts')).showAttendance(session, options));

connecting(program.command('head-count'))
  .description('keep how many people somebody counted in a room by hand')
  .argument('<session>', 'sessionId')
  .argument('<count>', 'how many')
  .action(async (session, count, options) =>
    (await import('./attendance.ts')).addHeadCount(session, count, options),
  );

connecting(program.command('watch'))
  .description('counts as they change, until you stop it')
  .option('--sessions <a,b>', 'only these sessions, with commas between')
  .action(async (options) => (await import('./watch.ts')).watchAttendance(options));

process.stdout.on('error', endOfOutput);
await program.parseAsync().catch(report);
