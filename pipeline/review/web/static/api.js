// Asking the server: the bearer is kept in this module's memory and nowhere else.

let bearer = null;
let onLocked = () => {};
let onReach = () => {};

export class Refused extends Error {
  constructor(status, told) {
    super(told.code || "");
    this.status = status;
    this.told = told;
  }
}

export function whenLocked(act) {
  onLocked = act;
}

export function whenReached(act) {
  onReach = act;
}

export const isOpen = () => bearer !== null;

export function forgetBearer() {
  bearer = null;
}

export async function enter(code) {
  const told = await ask("/api/enter", { code });
  bearer = told.bearer;
}

// GET without a body, POST with one; throws Refused with the server's own words, status 0 when it cannot be reached.
export async function ask(path, body) {
  const headers = { Accept: "application/json" };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });
  } catch {
    onReach(false);
    throw new Refused(0, {});
  }
  onReach(true);
  const told = await response.json().catch(() => ({}));
  if (response.status === 401) {
    bearer = null;
    onLocked();
  }
  if (!response.ok) throw new Refused(response.status, told);
  return told;
}
