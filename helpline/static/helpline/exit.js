/**
 * The way out: one press, or Shift three times, and the page is gone at once.
 *
 * A classic script in the head, so that it runs before anything is painted. It works on the link
 * `.exit`, which also works without it. Three things make Back safe: `location.replace` drops this
 * page from the history; a flag for this tab, kept by the browser until the tab closes, sends every
 * earlier page of ours on again when somebody goes back to it; and a page put aside for Back is
 * hidden first, so that it cannot flash up.
 *
 * Before leaving, `helpline:leave` is dispatched on document: whoever has something to say to the
 * server (the chat pauses) does it there with navigator.sendBeacon.
 */
(function () {
  "use strict";

  var FLAG = "left";
  var PRESSES = 3;
  var WITHIN_MS = 5000;

  var root = document.documentElement;
  var channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("helpline") : null;
  var leaving = false;
  var presses = 0;
  var started = 0;
  var timer = 0;

  // Storage may be switched off; then Back is as safe as the browser makes it.
  function remember(left) {
    try {
      if (left) sessionStorage.setItem(FLAG, "1");
      else sessionStorage.removeItem(FLAG);
    } catch (error) {
      /* nothing to do */
    }
  }

  function hasLeft() {
    try {
      return sessionStorage.getItem(FLAG) === "1";
    } catch (error) {
      return false;
    }
  }

  function cameByItself() {
    var entry = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    return Boolean(entry) && entry.type !== "navigate" && entry.type !== "prerender";
  }

  function destination() {
    return root.getAttribute("data-exit");
  }

  function hide() {
    root.classList.add("left");
  }

  function leave(fromHere) {
    if (leaving) return;
    leaving = true;
    remember(true);
    hide();
    document.title = "\u00a0";
    var overlay = document.createElement("div");
    overlay.className = "left-overlay";
    if (document.body) document.body.appendChild(overlay);
    document.dispatchEvent(new CustomEvent("helpline:leave"));
    if (fromHere) {
      if (channel) channel.postMessage("leave");
      if (navigator.sendBeacon) navigator.sendBeacon("/leave/");
    }
    if (document.body) document.body.replaceChildren(overlay);
    location.replace(destination());
  }

  if (hasLeft()) {
    if (cameByItself()) {
      hide();
      location.replace(destination());
      return;
    }
    // Coming back on purpose, by a link or an address, is a new visit.
    remember(false);
  }

  window.addEventListener("pagehide", hide);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && hasLeft()) {
      location.replace(destination());
    } else if (!leaving) {
      root.classList.remove("left");
    }
  });

  // Another tab of ours that stays open tells as much as this one.
  if (channel) {
    channel.onmessage = function (event) {
      if (event.data === "leave") leave(false);
    };
  }

  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest(".exit")) return;
    event.preventDefault();
    leave(true);
  });

  function show() {
    var button = document.querySelector(".exit");
    if (!button) return;
    var lights = button.querySelector(".exit__lights");
    lights.classList.toggle("exit__lights--on", presses > 0);
    for (var i = 0; i < lights.children.length; i += 1) {
      lights.children[i].classList.toggle("exit__light--on", i < presses);
    }
  }

  function say(key) {
    var live = document.getElementById("exit-status");
    var words = live && live.getAttribute("data-" + key);
    if (words) live.textContent = words;
  }

  function forget(key) {
    if (presses === 0) return;
    presses = 0;
    clearTimeout(timer);
    show();
    say(key);
  }

  document.addEventListener(
    "keydown",
    function (event) {
      if (event.key !== "Shift") {
        // Shift with another key is somebody typing a capital.
        forget("silence");
        return;
      }
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      presses += 1;
      if (presses >= PRESSES) {
        leave(true);
        return;
      }
      if (presses === 1) started = Date.now();
      clearTimeout(timer);
      timer = setTimeout(forget, WITHIN_MS - (Date.now() - started), "expired");
      show();
      say(presses === 1 ? "two-more" : "one-more");
    },
    true,
  );

  document.addEventListener("pointerdown", function () {
    forget("silence");
  });
})();
