/** Who has the chat: asking a colleague or a supervisor to go on, answering them, taking over. */

import { HandoverForm } from "./handover_form.js";
import { asksOfMe, changes, leaves, ofChat } from "./handovers.js";
import { nameOf } from "./lists.js";
import { button, clock, fill, make, redraw } from "./view.js";

export function beginHandover(workplace) {
  const { part, keys } = workplace;
  const words = workplace.words.handover;
  const form = new HandoverForm(workplace);
  const place = part("desk-asked");
  let listed = null; // until the first desk, nothing is news
  let inView = null; // what is held of the conversation in view
  const gone = new Map(); // who goes on with those that were mine, in words

  // Asked of me

  function draw(asked) {
    const print = JSON.stringify(asked);
    if (place.dataset.print === print) return; // so that a screen reader is not told again
    place.dataset.print = print;
    redraw(place, asked.map(line));
  }

  function line(handover) {
    const { id, conversation, way } = handover;
    const advice = way === "advice";
    const answer = (type) => workplace.act({ type, conversation, handover: id });
    const what = make("strong", "desk-asked__what", say(words.asks[way], handover));
    what.id = `asked-${id}`;
    const look = press(words.read_along, `look ${id}`, () => workplace.show(conversation));
    const yes = press(advice ? words.look_along : words.accept, `yes ${id}`, () => {
      if (answer("accept_handover")) workplace.show(conversation, { answers: !advice });
    });
    const no = press(words.not_now, `no ${id}`, () => answer("decline_handover"));
    for (const each of [look, no]) each.classList.add("govuk-button--secondary");
    const buttons = advice ? [yes, no] : [look, yes, no];
    for (const each of buttons) each.setAttribute("aria-describedby", what.id);
    return make("div", "desk-asked__line", what, ...buttons);
  }

  function press(text, key, work) {
    const made = button(text, "govuk-button", work);
    made.dataset.key = key;
    return made;
  }

  function say(sentence, handover) {
    const { by, to, answered_by: answered } = handover;
    return fill(sentence, { by, to, answered, name: nameOf(handover, workplace.words) });
  }

  // Beside the open chat

  function drawSide(about, held) {
    const here = listed ? ofChat(listed, about.id) : {};
    const open = about.status === "active" || about.status === "paused";
    part("act-hand-over").hidden = !(about.mine && open);
    part("act-ask-along").hidden = !(about.mine && open) || here.advice?.status === "open";
    // Only on the page of a supervisor.
    show("act-take-over", !about.mine && open);
    show("act-reassign", !about.mine && about.status !== "ended");
    drawSummary(held?.handover);
    drawState("handover-state", about.mine && here.handover, "act-withdraw");
    drawState("advice-state", about.mine && here.advice, "act-withdraw-advice");
    const anything = [...part("handover").querySelectorAll("[data-shown]")].some(
      (each) => !each.hidden,
    );
    part("handover").hidden = !anything;
  }

  function show(id, shown) {
    const element = part(id);
    if (element) element.hidden = !shown;
  }

  function drawSummary(came) {
    const block = part("handover-summary");
    block.hidden = !came;
    const print = JSON.stringify(came ?? "");
    if (!came || block.dataset.print === print) return;
    block.dataset.print = print;
    const time = clock(came.at, workplace.language);
    block.replaceChildren(
      make("h3", "desk__subtitle", fill(words.summary, { by: came.by, time })),
      make("p", "desk-handover__words", came.summary),
    );
  }

  function drawState(id, handover, withdraw) {
    const sentence = handover && words.state[handover.standing];
    const said = sentence ? say(sentence, handover) : "";
    const state = part(id);
    if (state.textContent !== said) state.textContent = said;
    state.hidden = !said;
    part(withdraw).hidden = !(handover && handover.status === "open");
    part(withdraw).dataset.handover = handover ? handover.id : "";
  }

  // Frames

  workplace.on("frame", (frame, held) => {
    if (frame.type === "desk") {
      for (const handover of changes(listed, frame.handovers)) {
        const told = words.told[`${handover.standing} ${handover.side}`];
        if (told) workplace.note(say(told, handover));
        if (told && leaves(handover)) gone.set(handover.conversation, say(told, handover));
        if (handover.mine && handover.status === "open") form.sent(handover.conversation);
      }
      listed = frame.handovers;
      draw(asksOfMe(listed));
    } else if (frame.type === "shut") {
      // That it is closed here may come after the lists, and tells less than why.
      if (gone.has(frame.conversation)) workplace.note(gone.get(frame.conversation));
      gone.delete(frame.conversation);
      return;
    } else if (frame.type === "opened" && held) {
      gone.delete(frame.conversation.id);
      held.handover = frame.handover;
      if (frame.conversation.id !== workplace.current()) return;
      inView = held;
    } else if (frame.type === "welcome") {
      form.askAgain();
      return;
    } else if (frame.type === "colleagues") {
      form.offer(frame);
      return;
    } else {
      return;
    }
    const about = workplace.about();
    if (about) drawSide(about, inView);
  });
  workplace.on("opened", () => (inView = null));
  workplace.on("room", (about, held) => {
    inView = held;
    drawSide(about, held);
  });

  // Presses and keys

  const open = () => {
    const about = workplace.about();
    if (!about) workplace.note(workplace.words.open_first);
    return about;
  };

  function handOver() {
    const about = open();
    if (!about) return;
    if (about.mine && about.status !== "ended") form.open(about, "hand_over");
    else if (part("act-take-over") && !part("act-take-over").hidden) takeOver();
  }

  function askAlong() {
    const about = open();
    if (!about?.mine || about.status === "ended") return;
    const asked = listed && ofChat(listed, about.id).advice;
    if (asked?.status === "open") workplace.note(say(words.state[asked.standing], asked));
    else workplace.act({ type: "ask_along", conversation: about.id, summary: "" });
  }

  function takeOver() {
    const conversation = workplace.current();
    if (workplace.act({ type: "take_over", conversation })) {
      workplace.show(conversation, { answers: true });
    }
  }

  const withdraw = ({ target }) =>
    workplace.act({
      type: "withdraw_handover",
      conversation: workplace.current(),
      handover: target.dataset.handover,
    });

  part("act-hand-over").addEventListener("click", handOver);
  part("act-ask-along").addEventListener("click", askAlong);
  part("act-withdraw").addEventListener("click", withdraw);
  part("act-withdraw-advice").addEventListener("click", withdraw);
  part("act-take-over")?.addEventListener("click", takeOver);
  part("act-reassign")?.addEventListener("click", () => form.open(open(), "reassign"));
  keys.add({ key: "F2", says: words.keys.ask_along, work: askAlong });
  keys.add({ key: "Alt+O", says: words.keys.hand_over, work: handOver });
  keys.add({
    key: "Alt+A",
    says: words.keys.answer,
    work: () => {
      const alarms = part("desk-alarms");
      const unseen = alarms.querySelector(".govuk-button--warning");
      (unseen ?? place.querySelector("button") ?? alarms.querySelector("button"))?.focus();
    },
  });
}
