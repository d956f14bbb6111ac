// The lock: by key, by button, and after ten minutes without anybody. Nothing of a session stays in the window.

const IDLE_MS = 10 * 60 * 1000;
let timer = null;

export function startIdle(onIdle) {
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(onIdle, IDLE_MS);
  };
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "focusin"]) {
    document.addEventListener(kind, again, { passive: true, capture: true });
  }
  again();
}

// A second window hands nothing over; what a window holds goes with its elements.
export function empty() {
  for (const id of ["header", "main", "reason"]) document.getElementById(id).replaceChildren();
  for (const id of ["said", "trouble", "conflict-yours", "conflict-theirs"]) document.getElementById(id).textContent = "";
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  document.getElementById("reason").hidden = true;
}
