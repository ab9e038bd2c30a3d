import { takeNewer } from '../app/installed.ts';
import type { Sheet } from '../app/state.ts';
import { usePage } from './page.ts';
import { SheetFrame } from './sheet.tsx';
import { clockText } from './texts.ts';

const Row = ({ title, note, onClick }: { title: string; note?: string; onClick: () => void }) => (
  <li>
    <button type="button" class="row" onClick={onClick}>
      <strong>{title}</strong>
      {note !== undefined && <span>{note}</span>}
    </button>
  </li>
);

/** Everything that is not the next scan. */
export const MenuSheet = () => {
  const { words, state, scanner, language } = usePage();
  const { settings, practice, device, link, confirmedAt } = state;
  const open = (sheet: Sheet) => () => scanner.openSheet(sheet);
  return (
    <SheetFrame title={words.menu}>
      <ul class="rows">
        <Row title={words.changeDoor} onClick={open({ kind: 'door' })} />
        {device?.role === 'supervisor' && <Row title={words.search} onClick={open({ kind: 'search' })} />}
        {device?.role === 'supervisor' && !practice && (
          <Row title={words.walkIn} note={words.walkInNote} onClick={open({ kind: 'walk-in' })} />
        )}
        {!practice && <Row title={words.heads} note={words.headsNote} onClick={open({ kind: 'heads' })} />}
        <Row
          title={practice ? words.practiceOff : words.practiceOn}
          onClick={() => scanner.practise(!practice)}
        />
        <Row
          title={words.sound}
          note={settings.sound ? words.soundOn : words.soundOff}
          onClick={() => scanner.settings({ sound: !settings.sound })}
        />
        <Row
          title={words.camera}
          note={settings.camera ? words.soundOn : words.soundOff}
          onClick={() => scanner.settings({ camera: !settings.camera })}
        />
        <li>
          <button
            type="button"
            class="row"
            lang={language === 'en' ? 'zh' : 'en'}
            onClick={() => scanner.settings({ language: language === 'en' ? 'zh' : 'en' })}
          >
            <strong>{words.otherLanguage}</strong>
          </button>
        </li>
        {link.unrecordable > 0 && (
          <Row title={words.unrecordable(link.unrecordable)} onClick={open({ kind: 'unrecordable' })} />
        )}
        {state.updateReady && <Row title={words.update} note={words.updateNow} onClick={takeNewer} />}
        <Row title={words.pairAgain} onClick={open({ kind: 'pair' })} />
      </ul>
      <p class="facts">
        {words.device}: {device?.name}, {device && words[device.role]}, {device?.event}
        {confirmedAt !== null && (
          <>
            <br />
            {words.knowledgeOf(clockText(confirmedAt))}
          </>
        )}
      </p>
    </SheetFrame>
  );
};
