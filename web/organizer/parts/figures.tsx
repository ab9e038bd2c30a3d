/** Figures side by side, each under its name. */
export const Figures = ({
  of,
}: {
  readonly of: readonly { readonly name: string; readonly value: string; readonly isBad?: boolean }[];
}) => (
  <dl class="figures">
    {of.map(({ name, value, isBad }) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd class={isBad ? 'bad' : ''}>{value}</dd>
      </div>
    ))}
  </dl>
);
