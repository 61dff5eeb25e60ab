/**
 * The buttons of the open conversation: take it, give it back, read the one that its visitor came back
 * from, ask for a report.
 */

export function beginActs(workplace) {
  const { part, words, act, current } = workplace;

  part("act-claim").addEventListener("click", () => workplace.take(current()));
  part("act-give-back").addEventListener("click", () =>
    act({ type: "give_back", conversation: current() }),
  );
  part("act-earlier").addEventListener("click", () => {
    const earlier = workplace.about()?.earlier;
    if (earlier) workplace.show(earlier);
  });
  workplace.on("room", (about) => {
    part("act-earlier").hidden = !about.earlier;
  });
  part("links-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const links = workplace.room.ticked();
    if (links.length && act({ type: "offer", conversation: current(), links })) {
      part("links-note").textContent = words.asked;
    }
  });
}
