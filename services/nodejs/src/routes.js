// The endpoints.

import { fileURLToPath } from "node:url";

import files from "@fastify/static";

import { BackendError } from "./backend.js";

const VERSION = "1.0.0";
// Less than the time limit of a load balancer's health check.
const READY_MAX_MS = 1_500;
const STATUS_MAX_MS = 5_000;
const TEST_MAX_MS = 10_000;

const ENDPOINTS = {
  "/": "what this is",
  "/health": "the process is alive; touches nothing",
  "/ready": "the service can answer; whether the back end can be reached stands in it",
  "/dashboard": "front end, back end and database as they are",
  "/api": "this list",
  "/api/status": "front end, back end and database, asked at this moment",
  "/api/db-test": "the back end writes a row and reads rows",
};

/**
 * @param {import("fastify").FastifyInstance} app
 * @param {{ backend: import("./backend.js").Backend }} parts
 */
export async function routes(app, { backend }) {
  const started = performance.now();
  const root = fileURLToPath(new URL("../public", import.meta.url));
  await app.register(files, { root, prefix: "/assets/", index: false });

  app.get("/", (_request, reply) => reply.sendFile("index.html"));
  app.get("/dashboard", (_request, reply) => reply.sendFile("dashboard.html"));
  app.get("/health", async () => ({ status: "ok" }));
  app.get("/api", async () => ({ service: "nodejs", version: VERSION, endpoints: ENDPOINTS }));

  // The front end can serve while the back end cannot: taking it out as well would leave nobody to say so.
  app.get("/ready", async (request) => {
    const asked = { requestId: request.id, limitMs: READY_MAX_MS, attempts: 1 };
    const { reachable } = await reached(backend.get("/health", asked));
    return { status: "ready", backend_reachable: reachable };
  });

  app.get("/api/status", async (request) => {
    const uptime = Math.round((performance.now() - started) / 100) / 10;
    const answer = await reached(backend.get("/api/status", { requestId: request.id, limitMs: STATUS_MAX_MS }));
    const connected = answer.body.database_connected === true;
    const { body, ...told } = answer;
    return {
      frontend: { service: "nodejs", version: VERSION, uptime_seconds: uptime },
      backend: { ...body, ...told, database_connected: connected },
    };
  });

  // It writes, so it is asked once: what was lost on the way may have been done.
  app.get("/api/db-test", async (request, reply) => {
    const asked = { requestId: request.id, limitMs: TEST_MAX_MS, attempts: 1 };
    try {
      const { status, body } = await backend.get("/api/db-test", asked);
      const succeeded = status === 200 && body.status === "success";
      reply.code(succeeded ? 200 : status === 503 ? 503 : 502);
      const told = succeeded || (status === 503 && body.status === "error");
      const reason = `the back end answered ${status}`;
      return { backend_response: told ? body : { status: "error", reason }, request_id: request.id };
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      reply.code(error.status);
      return { backend_response: { status: "error", reason: error.message }, request_id: request.id };
    }
  });
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
