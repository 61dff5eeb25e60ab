/** What the browser gives: its socket, timers, clock and chance, and when the network may be back. */

/** The browser's own socket, timers, clock and chance. */
export function browser() {
  return {
    WebSocket: globalThis.WebSocket,
    fetch: (url, options) => globalThis.fetch(url, options),
    timers: {
      after: (ms, work) => setTimeout(work, ms),
      clear: (timer) => clearTimeout(timer),
      every: (ms, work) => setInterval(work, ms),
      stop: (timer) => clearInterval(timer),
    },
    now: () => Date.now(),
    random: () => Math.random(),
  };
}

/** The full address of a socket of this site. */
export function socketURL(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

/** Wake a connection whenever the browser may have something new to say about the network. */
export function wakeWith(connection) {
  addEventListener("online", () => connection.wake());
  addEventListener("pageshow", () => connection.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connection.wake();
  });
}
