// Asks /api/status and shows what it says. Everything is set as text, so nothing that is shown can become markup.

const EVERY_MS = 5_000;
const ANSWER_MAX_MS = 8_000;

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {string} id
 * @param {"up" | "down" | "unknown"} state
 * @param {string} words
 * @param {Record<string, unknown>} facts
 */
function show(id, state, words, facts = {}) {
  const part = byId(id);
  part.dataset.state = state;
  /** @type {HTMLElement} */ (part.querySelector(".state")).textContent = words;
  const rows = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
  const told = rows.flatMap(([name, value]) => [element("dt", name), element("dd", String(value))]);
  /** @type {HTMLElement} */ (part.querySelector("dl")).replaceChildren(...told);
}

/**
 * @param {string} tag
 * @param {string} text
 */
function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/**
 * @param {"up" | "down" | "unknown"} state
 * @param {string} words
 */
function summary(state, words) {
  const line = byId("summary");
  if (line.textContent === words) return;
  line.dataset.state = state;
  line.textContent = words;
}

/** @param {string} path */
async function ask(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MAX_MS) });
  return answer.json();
}

/** @param {unknown} seconds */
function duration(seconds) {
  if (typeof seconds !== "number") return undefined;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {{ frontend: Record<string, unknown>, backend: Record<string, unknown> }} status */
function showAll({ frontend, backend }) {
  const facts = (/** @type {Record<string, unknown>} */ part) => ({ version: part.version, "up for": duration(part.uptime_seconds) });
  show("frontend", "up", "up", facts(frontend));
  if (backend.reachable !== true) {
    show("backend", "down", "not working", { reason: backend.reason });
    show("database", "unknown", "unknown", { reason: "only the back end can tell" });
    summary("down", "The back end does not work");
    return;
  }
  show("backend", "up", "up", facts(backend));
  const connected = backend.database_connected === true;
  const replica = backend.replica_connected === undefined ? undefined : backend.replica_connected ? "connected" : "not connected";
  show("database", connected ? "up" : "down", connected ? "connected" : "not connected", { replica });
  summary(connected ? "up" : "down", connected ? "Everything works" : "The database cannot be reached");
}

async function refresh() {
  try {
    showAll(await ask("/api/status"));
  } catch {
    show("frontend", "down", "not reached");
    show("backend", "unknown", "unknown");
    show("database", "unknown", "unknown");
    summary("down", "The front end does not answer");
  }
  byId("asked").textContent = `Last asked at ${new Date().toLocaleTimeString()}.`;
}

async function test() {
  const button = /** @type {HTMLButtonElement} */ (byId("test"));
  const result = byId("test-result");
  button.disabled = true;
  result.textContent = "Writing and reading…";
  try {
    const { backend_response: answer } = await ask("/api/db-test");
    const rows = answer.read === 1 ? "1 row" : `${answer.read} rows`;
    result.textContent = answer.status === "success" ? `Success: row ${answer.written.id} written, ${rows} read.` : `Failed: ${answer.reason}.`;
  } catch {
    result.textContent = "Failed: the front end does not answer.";
  }
  button.disabled = false;
}

async function forever() {
  await refresh();
  setTimeout(forever, EVERY_MS);
}

byId("test").addEventListener("click", test);
forever();
