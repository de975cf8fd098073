/** Keys that mean something here are nobody else's: a notebook would move its own selection. */

/** A listener around `act`, which says whether the event meant something. */
export const handled =
  <E extends Event>(act: (event: E) => boolean) =>
  (event: E): void => {
    if (!act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
