// The process: its settings, its start, its end.

import { Server } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

import { application } from "./app.js";
import { buildOfThisTask } from "./build.js";
import { line } from "./logs.js";
import { options } from "./options.js";
import { load, SettingsError } from "./settings.js";

const EXIT_BAD_SETTINGS = 78; // EX_CONFIG of sysexits.h
// After SIGTERM: what came before is let in, an open connection may bring one more request, then answers have the rest.
// All together stay below the stop timeout of the task (30 s).
const FETCH_MAX_MS = 2_000;
const LINGER_MS = 2_000;
const ANSWER_MAX_MS = 20_000;
// A turn of the event loop in which hardly anything can have come unseen.
const QUIET_MAX_MS = 0.2;

/** Everything that the environment says, or null after logging all that is wrong with it. */
function environment() {
  /** @type {string[]} */
  const faults = [];
  let settings = null;
  try {
    settings = load();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    faults.push(...error.faults);
  }
  // What has the form of an address may still name a host that cannot exist, such as xn--a.
  if (settings && !URL.canParse(settings.FASTAPI_URL)) faults.push("FASTAPI_URL names a host that cannot exist.");
  const chosen = options(process.env, faults);
  for (const fault of faults) line("ERROR", fault);
  return settings && faults.length === 0 ? { settings, chosen } : null;
}

/**
 * Stop listening at once, answer what open connections still bring, then end.
 * @param {import("fastify").FastifyInstance} app
 * @param {import("./backend.js").Backend} backend
 */
async function stop(app, backend) {
  const { server } = app;
  await fetchAll(server);
  // The close of http.Server would end idle connections in the same moment, and with them a request that is on its way.
  const closed = new Promise((resolve) => Server.prototype.close.call(server, resolve));
  const idle = setTimeout(() => server.closeIdleConnections(), LINGER_MS);
  const all = setTimeout(() => server.closeAllConnections(), LINGER_MS + ANSWER_MAX_MS);
  await closed;
  clearTimeout(idle);
  clearTimeout(all);
  await backend.close();
  app.log.info("stopped");
  process.exitCode = 0;
}

/**
 * Let in what the kernel has accepted already, one connection in a turn: closing would reset it, with its requests.
 * @param {Server} server
 */
async function fetchAll(server) {
  const end = performance.now() + FETCH_MAX_MS;
  let fetched = 0;
  const count = () => (fetched += 1);
  server.on("connection", count);
  await turn(); // the rest of the present one, which asks the kernel nothing
  for (let quiet = false; !quiet && performance.now() < end; ) {
    fetched = 0;
    const started = performance.now();
    await turn();
    // In a longer one others may have come since the kernel was asked.
    quiet = fetched === 0 && performance.now() - started < QUIET_MAX_MS;
  }
  server.off("connection", count);
}

const given = environment();
if (given === null) {
  process.exitCode = EXIT_BAD_SETTINGS;
} else {
  const draining = { started: false };
  const build = await buildOfThisTask(process.env);
  const { host, port, level } = given.chosen;
  const { app, backend } = await application({ backendUrl: given.settings.FASTAPI_URL, level, build, draining });
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.on(signal, () => {
      if (draining.started) return;
      draining.started = true;
      app.log.info({ signal }, "stopping");
      void stop(app, backend);
    });
  }
  try {
    await app.listen({ host, port, listenTextResolver: () => "started" });
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    app.log.error({ error: code }, "cannot listen: HOST and PORT must be this machine's own, and free");
    process.exitCode = 1;
    await backend.close();
  }
}
