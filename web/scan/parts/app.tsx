import { takesReadings } from '../app/state.ts';
import { CodeForm } from './code-form.tsx';
import { DoorSheet } from './door-sheet.tsx';
import { DoorView } from './door-view.tsx';
import { HeadsSheet } from './heads-sheet.tsx';
import { MenuSheet } from './menu-sheet.tsx';
import { usePage } from './page.ts';
import { PairForm, PairView } from './pair-view.tsx';
import { OverrideSheet, TakeBackSheet } from './reason-sheets.tsx';
import { SearchSheet } from './search-sheet.tsx';
import { SheetFrame } from './sheet.tsx';
import { UnrecordableSheet } from './unrecordable-sheet.tsx';
import { VerdictScreen } from './verdict-screen.tsx';
import { WalkInSheet } from './walk-in-sheet.tsx';

const OpenSheet = () => {
  const { state, words, scanner } = usePage();
  const { sheet } = state;
  switch (sheet?.kind) {
    case undefined:
      return null;
    case 'menu':
      return <MenuSheet />;
    case 'door':
      return <DoorSheet />;
    case 'search':
      return <SearchSheet />;
    case 'walk-in':
      return <WalkInSheet />;
    case 'heads':
      return <HeadsSheet />;
    case 'unrecordable':
      return <UnrecordableSheet />;
    case 'override':
      return <OverrideSheet verdict={sheet.verdict} />;
    case 'take-back':
      return <TakeBackSheet verdict={sheet.verdict} />;
    case 'type':
      return (
        <SheetFrame title={words.typeCode}>
          <CodeForm label={words.typedCode} button={words.send} isCode onCode={scanner.typed} />
        </SheetFrame>
      );
    case 'pair':
      return (
        <SheetFrame title={words.pairAgain}>
          <PairForm />
        </SheetFrame>
      );
  }
};

export const App = () => {
  const { state } = usePage();
  const { phase, link, verdict, sheet } = state;
  if (phase !== 'ready' || link.signedOff) return <PairView />;
  return (
    <div class="page" data-ready={takesReadings(state) || undefined} data-live={link.live || undefined}>
      <DoorView />
      {verdict && <VerdictScreen verdict={verdict} />}
      {sheet && <OpenSheet key={sheet.kind} />}
    </div>
  );
};
