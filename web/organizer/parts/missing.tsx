import { useOrganizer } from '../context.ts';
import { linkTo } from '../router.ts';

/** Where no view has this address. */
export const Missing = () => {
  const { words } = useOrganizer();
  return (
    <>
      <h1>{words.notFound}</h1>
      <p>{words.notFoundHelp}</p>
      <p>
        <a class="button" href={linkTo()}>
          {words.toTheStart}
        </a>
      </p>
    </>
  );
};
