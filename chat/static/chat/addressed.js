/**
 * The conversation that the address names, as the floor's links do: #number. That part of an address
 * no server and no log sees.
 */

const NUMBER = /^#([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

export function beginAddressed(workplace) {
  function follow() {
    const named = NUMBER.exec(location.hash);
    if (!named) return;
    // Once: who comes back to this page later goes on where they were.
    history.replaceState(null, "", location.pathname + location.search);
    workplace.show(named[1]);
  }

  window.addEventListener("hashchange", follow);
  follow();
}
