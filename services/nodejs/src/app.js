// The application: what surrounds every request. The endpoints are in routes.js.

import { randomUUID } from "node:crypto";

import helmet from "@fastify/helmet";
import Fastify, { LogController } from "fastify";

import { logger } from "./logs.js";
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
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
};

/**
 * @param {{ backend: import("./backend.js").Backend, level: string, draining: { begun: boolean } }} parts
 */
export async function application({ backend, level, draining }) {
  const app = Fastify({
    logger: logger(level),
    genReqId: (request) => identity(request.headers["x-request-id"]),
    // The one line for each request is written below; Fastify's own two hold more than anyone reads.
    logController: new LogController({ requestIdLogLabel: "request_id", disableRequestLogging: true }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MAX_MS,
    bodyLimit: BODY_MAX_BYTES,
    // An address that cannot be decoded comes by no hook: neither Helmet's nor those below.
    frameworkErrors: (error, request, reply) => {
      const status = error.statusCode ?? 400;
      reply.headers({ ...SAFE, "x-request-id": request.id });
      request.log.info({ method: request.method, status }, "request");
      void fault(request, reply, status, "the request was refused");
    },
  });
  await app.register(helmet, {
    contentSecurityPolicy: POLICY,
    frameguard: { action: "deny" },
    // Other names of the domain are not this service's to decide about.
    strictTransportSecurity: { includeSubDomains: false },
  });
  app.addHook("onSend", async (request, reply) => {
    reply.header("x-request-id", request.id);
    if (draining.begun) reply.header("connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => {
    const path = request.url.split("?", 1)[0];
    const duration = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info({ method: request.method, path, status: reply.statusCode, duration_ms: duration }, "request");
  });
  app.setNotFoundHandler((request, reply) => fault(request, reply, 404, "there is no such path"));
  app.setErrorHandler((error, request, reply) => {
    const status = /** @type {{ statusCode?: number }} */ (error).statusCode ?? 500;
    if (status >= 500) request.log.error({ error: /** @type {Error} */ (error).name }, "a request failed");
    return fault(request, reply, status, status >= 500 ? "the request failed" : "the request was refused");
  });
  await app.register(routes, { backend });
  return app;
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
