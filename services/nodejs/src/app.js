// The application: what surrounds every request. The endpoints are in routes.js.

import { randomUUID } from "node:crypto";

import helmet from "@fastify/helmet";
import Fastify, { LogController } from "fastify";

import { Backend } from "./backend.js";
import { caller, levelOf, logger } from "./logs.js";
import { routes } from "./routes.js";

const WELL_FORMED = /^[A-Za-z0-9._-]{1,128}$/;
// Longer than a load balancer keeps an idle connection (60 s), so that it is never the target who ends one that is about to be used:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html (read 2026-11-24)
const KEEP_ALIVE_MS = 75_000;
const REQUEST_MAX_MS = 30_000;
const BODY_MAX_BYTES = 16 * 1024;

const POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

const SAFE = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
};

// What Node's parser gave up on, by its code; everything else is a 400.
const UNPARSED = new Map([
  ["HPE_HEADER_OVERFLOW", { status: 431, phrase: "Request Header Fields Too Large", message: "the headers of the request are too large" }],
  ["ERR_HTTP_REQUEST_TIMEOUT", { status: 408, phrase: "Request Timeout", message: "the request did not arrive in time" }],
]);
const MALFORMED = { status: 400, phrase: "Bad Request", message: "the request is not valid HTTP" };

/**
 * The application and the back end that it asks.
 * @param {{ backendUrl: string, level: string, build: string, draining: { started: boolean } }} given
 */
export async function application({ backendUrl, level, build, draining }) {
  const app = Fastify({
    logger: logger(level),
    genReqId: (request) => identity(request.headers["x-request-id"]),
    // The one line for each request is written below; Fastify's own two contain more than anyone reads.
    logController: new LogController({ requestIdLogLabel: "request_id", disableRequestLogging: true }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MAX_MS,
    bodyLimit: BODY_MAX_BYTES,
    // An address that cannot be decoded comes by no hook: neither Helmet's nor those below.
    frameworkErrors: (error, request, reply) => {
      const status = error.statusCode ?? 400;
      reply.headers({ ...SAFE, "x-request-id": request.id });
      request.log.info({ method: request.method, status, ...caller(request.raw) }, "request");
      void fault(request, reply, status, "the request was refused");
    },
    clientErrorHandler: (error, socket) => refuse(error, /** @type {import("node:net").Socket} */ (socket), app.log),
  });
  await app.register(helmet, {
    contentSecurityPolicy: POLICY,
    frameguard: { action: "deny" },
    // Other names of the domain are not this service's to decide about.
    strictTransportSecurity: { includeSubDomains: false },
  });
  app.addHook("onSend", async (request, reply) => {
    reply.header("x-request-id", request.id);
    if (String(reply.getHeader("content-type")).startsWith("application/json")) reply.header("cache-control", "no-store");
    if (draining.started) reply.header("connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const duration = Math.round(reply.elapsedTime * 10) / 10;
    const { method, reason } = request;
    const fields = { method, path, status: reply.statusCode, duration_ms: duration, reason: reason ?? undefined };
    request.log[levelOf(path, reply.statusCode)]({ ...fields, ...caller(request.raw) }, "request");
  });
  app.decorateRequest("reason", null);
  app.setNotFoundHandler((request, reply) => fault(request, reply, 404, "there is no such path"));
  app.setErrorHandler((error, request, reply) => {
    const status = /** @type {{ statusCode?: number }} */ (error).statusCode ?? 500;
    if (status >= 500) request.log.error({ error: /** @type {Error} */ (error).name }, "the request failed");
    return fault(request, reply, status, status >= 500 ? "the request failed" : "the request was refused");
  });
  const backend = new Backend(backendUrl, app.log);
  await app.register(routes, { backend, build });
  return { app, backend };
}

/**
 * @param {string | string[] | undefined} given
 * @returns {string}
 */
function identity(given) {
  return typeof given === "string" && WELL_FORMED.test(given) ? given : randomUUID();
}

/**
 * @param {import("fastify").FastifyRequest} request
 * @param {import("fastify").FastifyReply} reply
 * @param {number} code
 * @param {string} message
 */
function fault(request, reply, code, message) {
  return reply.code(code).send({ error: { code, message }, request_id: request.id });
}

/**
 * Answer what the parser gave up on, in the form of every other fault, and log it.
 * @param {NodeJS.ErrnoException} error
 * @param {import("node:net").Socket} socket
 * @param {import("fastify").FastifyBaseLogger} log
 */
function refuse(error, socket, log) {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, phrase, message } = UNPARSED.get(error.code ?? "") ?? MALFORMED;
  const id = randomUUID();
  log.info({ request_id: id, status, reason: message, client: socket.remoteAddress }, "request");
  const body = JSON.stringify({ error: { code: status, message }, request_id: id });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), "x-request-id": id, connection: "close", ...SAFE };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${phrase}\r\n${lines.join("")}\r\n${body}`);
}
