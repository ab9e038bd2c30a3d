import type { CommandUnknownOpts as Command, Help } from '@commander-js/extra-typings';

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** Help names every command that does something, with its arguments, not only the first word of each. */
export const fullUsage = {
  visibleCommands: (command: Command): Command[] => command.commands.flatMap(leaves),
  subcommandTerm: (command: Command): string => {
    const given = command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    });
    return [pathOf(command).replace(/^\S+ /, ''), ...given].join(' ');
  },
} satisfies Partial<Help>;
