// The endpoints.

import { fileURLToPath } from "node:url";

import files from "@fastify/static";

import { BackendError } from "./backend.js";
import { traceOf } from "./logs.js";

// Less than the time limit of a load balancer's health check.
const READY_MAX_MS = 1_500;
const STATUS_MAX_MS = 5_000;
const TEST_MAX_MS = 10_000;

const ENDPOINTS = {
  "/": "links to the other pages",
  "/health": "the process is alive; uses nothing else",
  "/ready": "the service can answer; `backend_reachable` says whether the back end can be reached",
  "/dashboard": "the state of front end, back end and database",
  "/api": "this list",
  "/api/status": "the state of front end, back end and database, as JSON",
  "/api/db-test": "GET: the back end reads rows; POST: it writes a row first",
};

/**
 * @param {import("fastify").FastifyInstance} app
 * @param {{ backend: import("./backend.js").Backend, build: string }} components
 */
export async function routes(app, { backend, build }) {
  const started = performance.now();
  const root = fileURLToPath(new URL("../public", import.meta.url));
  await app.register(files, { root, prefix: "/assets/", index: false });

  app.get("/", (_request, reply) => reply.sendFile("index.html"));
  app.get("/dashboard", (_request, reply) => reply.sendFile("dashboard.html"));
  app.get("/health", async () => ({ status: "ok" }));
  app.get("/api", async () => ({ service: "nodejs", build, endpoints: ENDPOINTS }));

  // The front end can serve while the back end cannot: without it, nothing would be left that says so.
  app.get("/ready", async (request) => {
    return { status: "ready", backend_reachable: await backend.isReachable(request.id, READY_MAX_MS) };
  });

  app.get("/api/status", async (request) => {
    const uptime = Math.round((performance.now() - started) / 100) / 10;
    const found = await reached(backend.ask("/api/status", { ...context(request), limitMs: STATUS_MAX_MS }));
    const { body, ...reachability } = found;
    return {
      frontend: { service: "nodejs", build, uptime_seconds: uptime },
      backend: { ...body, ...reachability, database_connected: body.database_connected === true },
    };
  });

  app.get("/api/db-test", (request, reply) => test(request, reply, { limitMs: TEST_MAX_MS }));
  // It writes, so it is asked once: what was lost on the way may have been done.
  app.post("/api/db-test", (request, reply) => test(request, reply, { method: "POST", limitMs: TEST_MAX_MS, attempts: 1 }));

  /**
   * @param {import("fastify").FastifyRequest} request
   * @param {import("fastify").FastifyReply} reply
   * @param {{ limitMs: number, method?: "POST", attempts?: number }} how
   */
  async function test(request, reply, how) {
    /** @param {number} status @param {string} reason */
    const failed = (status, reason) => {
      request.reason = reason;
      reply.code(status);
      return { backend_response: { status: "error", reason }, request_id: request.id };
    };
    try {
      const { status, body } = await backend.ask("/api/db-test", { ...context(request), ...how });
      if (status === 200 && body.status === "success") return { backend_response: body, request_id: request.id };
      if (status === 503 && body.status === "error") return failed(503, String(body.reason));
      return failed(status === 503 ? 503 : 502, `the back end answered ${status}`);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      return failed(error.status, error.message);
    }
  }
}

/** @param {import("fastify").FastifyRequest} request */
function context(request) {
  return { requestId: request.id, traceId: traceOf(request.raw) };
}

/**
 * An answer of the back end, or that there was none and why.
 * @param {Promise<import("./backend.js").Answer>} asked
 * @returns {Promise<{ reachable: boolean, body: Record<string, unknown>, reason?: string }>}
 */
async function reached(asked) {
  try {
    const { status, body } = await asked;
    if (status === 200) return { reachable: true, body };
    return { reachable: false, body: {}, reason: `the back end answered ${status}` };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return { reachable: false, body: {}, reason: error.message };
  }
}
