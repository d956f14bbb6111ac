// Single keys, off while somebody types; which view is open decides what a key does.

const FIELDS = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const IN_SESSION = {
  j: "next", k: "previous", p: "pin", s: "choose", u: "undo", r: "reflect", o: "reveal", x: "skip", t: "transcript", m: "marks", g: "brief", v: "over-time",
};
const READINGS = { w: "withdrawal", c: "confrontation", b: "both", n: "neither", h: "usual", q: "unsure" };
const IN_LABEL = { w: "scaleW", c: "scaleC", q: "unsure", j: "skip-place", u: "undo-rating" };
const ANYWHERE = { l: "lock", a: "home", "?": "keys" };

// `view` returns the name of the open view, `act` does what a key stands for.
export function startKeys({ view, act }) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const typing = isTyping(event.target);
    if (event.key === "Escape" && typing) event.target.blur();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
      event.preventDefault();
      act(view() === "label" ? "undo-rating" : "undo");
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing || !isOn()) return;
    const wanted = meaning(event, view());
    if (!wanted) return;
    event.preventDefault();
    act(...wanted);
  });
}

function meaning(event, view) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (view === "session" && key in READINGS) return ["decide", { dataset: { reading: READINGS[key] } }];
  if (view === "session" && key in IN_SESSION) return [IN_SESSION[key]];
  if (view === "session" && event.target.closest?.("#turns") && key === "ArrowDown") return ["turnDown"];
  if (view === "session" && event.target.closest?.("#turns") && key === "ArrowUp") return ["turnUp"];
  if (view === "label" && key in IN_LABEL) return [IN_LABEL[key]];
  if (view === "label" && /^[0-3]$/.test(key)) return ["digit", key];
  if (view === "label" && key === "Enter" && event.target.tagName !== "BUTTON" && event.target.tagName !== "SUMMARY") return ["save"];
  return key in ANYWHERE ? [ANYWHERE[key]] : null;
}

function isTyping(target) {
  if (!FIELDS.has(target.tagName)) return target.isContentEditable === true;
  return !["checkbox", "radio", "button", "submit", "file"].includes(target.type);
}

const isOn = () => document.getElementById("keys-on").checked;
