// The way in, the views, and what their buttons do.

import { ask, enter, forgetBearer, isOpen, whenLocked, whenReached } from "./api.js";
import { fill } from "./bind.js";
import * as brief from "./brief.js";
import { closeAgain, showAgain, showKeys } from "./dialogs.js";
import { startKeys } from "./keys.js";
import * as label from "./label.js";
import { empty, startIdle } from "./lock.js";
import { flush, forgetNotes, isWaiting } from "./notes.js";
import { openOverTime } from "./over_time.js";
import { hide, startReasons } from "./reasons.js";
import * as resolve from "./resolve.js";
import { refused, trouble } from "./say.js";
import { score, show as showScoring } from "./scoring.js";
import * as session from "./session.js";
import { forgetTurns } from "./transcript.js";
import { word } from "./words.js";

const byId = (id) => document.getElementById(id);
const now = { view: "locked", mode: "first", firstLook: true, session: null, back: null };

const actions = {
  ...session.actions,
  ...label.actions,
  ...resolve.actions,
  ...brief.actions,
  home: () => go("home"),
  session: (button) => go("session", { session: button.dataset.session }),
  mode: (button) => go("session", { session: now.session, mode: button.dataset.mode }),
  dyad: (button) => go("over-time", { session: button.dataset.session, back: "home" }),
  "over-time": () => go("over-time", { session: now.session, back: "session" }),
  brief: () => go("brief", { session: now.session, back: "session" }),
  back: () => go(now.back ?? "home", { session: now.session }),
  resolve: () => go("resolve"),
  keys: () => showKeys(),
  lock: () => lock("why_locked"),
  window: () => secondWindow(),
};
const ONLY_IN = {
  session: [...Object.keys(session.actions), "brief", "over-time"],
  label: Object.keys(label.actions),
};
const submits = {
  enter: (form) => comeIn(form.elements.code.value),
  again: (form) => comeBack(form),
  label: (form) => go("label", { rater: form.elements.rater.value }),
  rate: (form) => label.rate(form),
  brief: () => brief.update(),
  score: (form) => score(form, async (told) => {
    await go("home");
    showScoring(told);
  }),
};
const views = {
  home: () => home(),
  session: async ({ session: id, mode }) => {
    now.session = id;
    now.mode = mode ?? now.mode;
    header(await session.openSession(id, now.mode), { inside: true, switch: true });
  },
  "over-time": async ({ session: id }) => {
    now.session = id;
    header({ name: await openOverTime(id, now.mode), place: "" }, { inside: true });
  },
  brief: async () => {
    header({ name: "", place: "" }, { inside: true });
    await brief.openBrief(now.session, now.mode);
  },
  label: async ({ rater }) => {
    header({ name: rater, place: "" }, { inside: true });
    await label.openLabel(rater);
  },
  resolve: async () => {
    header({ name: "", place: "" }, { inside: true });
    await resolve.openResolve();
  },
};

// Go to a view; the browser's own Back comes here as well, since the page would lose its way in otherwise.
async function go(view, wanted = {}, remember = true) {
  if (!isOpen()) return;
  await flush();
  trouble();
  hide();
  session.forgetSession();
  label.forgetLabel();
  resolve.forgetResolve();
  now.view = view;
  now.back = wanted.back ?? null;
  if (remember) history.pushState({ view, wanted }, "");
  await views[view](wanted);
  window.scrollTo(0, 0);
}

async function home() {
  const told = await ask("/api/sessions");
  now.firstLook = told.first_look;
  if (!told.first_look) now.mode = "together";
  byId("main").replaceChildren(fill("home", told));
  header({ name: word("title"), place: "" }, { inside: false });
}

function header(told, { inside, switch: switching = false }) {
  byId("header").replaceChildren(fill("header-open", { name: told.name, place: told.place, inside, switch: switching, firstLook: now.firstLook }));
  for (const button of byId("header").querySelectorAll("[data-mode]")) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === now.mode));
  }
}

async function comeIn(link) {
  const code = link.trim().split("#").pop();
  try {
    await enter(code);
  } catch (error) {
    if (error.status !== 0) locked("why_used");
    return;
  }
  await go("home", {}, false);
  history.replaceState({ view: "home", wanted: {} }, "");
}

// The program was started again while something was unsaved: the page stays as it is and goes on with a new link.
async function comeBack(form) {
  const code = form.elements.code.value.trim().split("#").pop();
  form.reset();
  await enter(code);
  closeAgain();
  trouble();
  await flush();
}

function locked(why) {
  now.view = "locked";
  forgetNotes();
  forgetTurns();
  session.forgetSession();
  label.forgetLabel();
  resolve.forgetResolve();
  empty();
  byId("main").replaceChildren(fill("locked", { why: word(why) }));
}

async function lock(why) {
  if (!isOpen()) return;
  await flush();
  await ask("/api/lock", {}).catch(() => {});
  forgetBearer();
  locked(why);
}

async function secondWindow() {
  const { code } = await ask("/api/window", {});
  window.open(`/#${code}`, "_blank", "noopener");
}

async function act(name, target) {
  const only = Object.entries(ONLY_IN).find(([, names]) => names.includes(name));
  if (only && only[0] !== now.view && !(name === "chip" || name === "share")) return;
  try {
    await actions[name]?.(target);
  } catch (error) {
    refused(error);
  }
}

function start() {
  const code = location.hash.slice(1);
  history.replaceState(null, "", "/");
  whenLocked(() => (isWaiting() ? showAgain() : now.view !== "locked" && locked("why_locked")));
  whenReached((reached) => (reached ? byId("trouble").dataset.gone && (trouble(), delete byId("trouble").dataset.gone) : gone()));
  startReasons();
  startIdle(() => lock("why_idle"));
  startKeys({ view: () => now.view, act });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) act(button.dataset.do, button);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    Promise.resolve(submits[event.target.dataset.submit]?.(event.target)).catch(refused);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.dataset?.toggle === "context") resolve.showContext(event.target).catch(refused);
  }, { capture: true });
  window.addEventListener("popstate", (event) => event.state && go(event.state.view, event.state.wanted, false).catch(refused));
  window.addEventListener("beforeunload", (event) => isWaiting() && event.preventDefault());
  if (code) comeIn(code).catch(refused);
  else locked("why_first");
}

function gone() {
  trouble(word("gone"));
  byId("trouble").dataset.gone = "1";
}

start();
