/** On duty, on a break, or off: shown and set in the head of the console. */

import { clock, fill } from "./view.js";

/** Which of these buttons holds. */
export function press(buttons, value) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === value));
}

/** What the page shows that holds, also before the first lists came. */
function held(buttons) {
  return buttons.find((button) => button.getAttribute("aria-pressed") === "true")?.value;
}

export function beginPresence(workplace) {
  const { part, words, keys, language } = workplace;
  const form = part("presence");
  const since = part("presence-since");
  const buttons = [...form.querySelectorAll("button")];

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter) attend(event.submitter.value);
  });

  let was = "";
  let wanted = "";

  function attend(presence) {
    if (workplace.act({ type: "attend", presence })) wanted = presence;
  }

  keys.add({
    key: "Alt+P",
    says: words.keys.presence,
    work: () => attend(held(buttons) === "on" ? "paused" : "on"),
  });

  workplace.on("lists", ({ presence, presence_since }) => {
    if (!presence) return; // no lists yet: the page came with what holds
    press(buttons, presence);
    if (was && was !== presence && presence !== wanted && presence === "off") {
      workplace.note(words.missed);
    }
    was = presence;
    const time = presence_since ? clock(presence_since, language) : "";
    const said = presence === "on" ? "" : fill(words.presence[presence], { time });
    if (since.textContent !== said) since.textContent = said;
  });
}
