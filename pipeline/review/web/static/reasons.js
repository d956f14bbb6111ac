// The reason of a marker: shown on focus or under the pointer, gone with Escape.

const tip = document.getElementById("reason");
let shown = null;

export function startReasons() {
  document.addEventListener("focusin", (event) => show(event.target));
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerover", (event) => {
    if (event.target.tagName === "MARK") show(event.target);
    else if (!tip.contains(event.target) && document.activeElement?.tagName !== "MARK") hide();
  });
  document.addEventListener("scroll", () => (shown?.matches(":focus") ? settle(shown) : hide()), { capture: true, passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

export function hide() {
  tip.hidden = true;
  tip.replaceChildren();
  shown?.removeAttribute("aria-describedby");
  shown = null;
}

function show(mark) {
  if (mark.tagName !== "MARK" || !mark.reasons) return;
  hide();
  tip.replaceChildren(...mark.reasons.map(line));
  tip.hidden = false;
  mark.setAttribute("aria-describedby", "reason");
  shown = mark;
  settle(mark);
}

function settle(mark) {
  const box = mark.getBoundingClientRect();
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(8, Math.min(box.left, room))}px`;
  const below = box.bottom + 6 + tip.offsetHeight < document.documentElement.clientHeight;
  tip.style.top = `${below ? box.bottom + 6 : box.top - tip.offsetHeight - 6}px`;
}

function line(reason) {
  const row = document.createElement("p");
  const name = document.createElement("strong");
  name.textContent = reason.name;
  row.append(name, `: ${reason.reason}`);
  return row;
}
