// Shows /api/status, updated every five seconds. Everything is set as text, so nothing that is shown can become markup.

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
  const cells = rows.flatMap(([name, value]) => [element("dt", name), element("dd", String(value))]);
  /** @type {HTMLElement} */ (part.querySelector("dl")).replaceChildren(...cells);
}

/**
 * @param {string} tag
 * @param {string} text
 */
function element(tag, text) {
  const created = document.createElement(tag);
  created.textContent = text;
  return created;
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

/**
 * @param {string} path
 * @param {"GET" | "POST"} method
 */
async function ask(path, method = "GET") {
  const answer = await fetch(path, { method, cache: "no-store", signal: AbortSignal.timeout(ANSWER_MAX_MS) });
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
  const facts = (/** @type {Record<string, unknown>} */ part) => ({ build: part.build, "up for": duration(part.uptime_seconds) });
  show("frontend", "up", "up", facts(frontend));
  if (backend.reachable !== true) {
    show("backend", "down", "not working", { reason: backend.reason });
    show("database", "unknown", "unknown", { reason: "the back end is not reachable" });
    summary("down", "The back end is not working");
    follow(false);
    return;
  }
  show("backend", "up", "up", facts(backend));
  const connected = backend.database_connected === true;
  show("database", connected ? "up" : "down", connected ? "connected" : "not connected", databaseFacts(backend));
  summary(connected ? "up" : "down", connected ? "Everything is working" : "The database cannot be reached");
  follow(connected);
}

/** @param {Record<string, unknown>} backend */
function databaseFacts(backend) {
  const words = (/** @type {unknown} */ is, /** @type {string} */ yes, /** @type {string} */ no) => (is === undefined ? undefined : is ? yes : no);
  if (backend.database_connected !== true) return { reason: backend.reason };
  return {
    writes: words(backend.database_writable, "accepted", "refused: read-only"),
    schema: words(backend.migrated, "up to date", "not migrated"),
    replica: words(backend.replica_connected, "connected", "not connected"),
    reason: backend.reason,
  };
}

let wasConnected = false;

/**
 * The result of a test says nothing any more once the database is lost.
 * @param {boolean} connected
 */
function follow(connected) {
  if (wasConnected && !connected) byId("test-result").textContent = "";
  wasConnected = connected;
}

async function refresh() {
  try {
    showAll(await ask("/api/status"));
  } catch {
    show("frontend", "down", "not reachable");
    show("backend", "unknown", "unknown");
    show("database", "unknown", "unknown");
    summary("down", "The front end does not answer");
    follow(false);
  }
  byId("asked").textContent = `Last updated at ${new Date().toLocaleTimeString()}.`;
}

/** @returns {Promise<string>} */
async function testOutcome() {
  try {
    const { backend_response: answer } = await ask("/api/db-test", "POST");
    const rows = answer.read === 1 ? "1 row" : `${answer.read} rows`;
    return answer.status === "success" ? `success, row ${answer.written.id} written, ${rows} read` : `failed, ${answer.reason}`;
  } catch {
    return "failed, the front end does not answer";
  }
}

async function test() {
  const button = /** @type {HTMLButtonElement} */ (byId("test"));
  const result = byId("test-result");
  button.disabled = true;
  result.textContent = "Writing and reading…";
  const outcome = await testOutcome();
  result.textContent = `${new Date().toLocaleTimeString()}: ${outcome}`;
  button.disabled = false;
}

async function forever() {
  await refresh();
  setTimeout(forever, EVERY_MS);
}

byId("test").addEventListener("click", test);
forever();
