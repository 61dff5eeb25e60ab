/** How soon a visitor needs an answer, as they said or as a counsellor set it. */

import { press } from "./presence.js";

export function beginUrgency(workplace) {
  const { part } = workplace;
  const buttons = [...part("urgency").querySelectorAll("button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      workplace.act({ type: "urgency", conversation: workplace.current(), urgency: button.value });
    });
  }
  workplace.on("room", ({ status, urgency }) => {
    part("urgency").hidden = status === "ended";
    press(buttons, urgency);
  });
}
