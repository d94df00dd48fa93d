/** What an empty list says: that there is nothing, and what to do about it. */
export function Nothing({ says, hint }: { says: string; hint: string }) {
  return (
    <>
      <h2>{says}</h2>
      <p>{hint}</p>
    </>
  );
}
