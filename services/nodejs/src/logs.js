// Logs: one JSON object per line on standard output, with the id of the request that it belongs to.
// The FastAPI service writes the same fields, the same level names and the same time format.

import { isIP } from "node:net";

const USER_AGENT_MAX_CHARS = 200;
// Root=1-67891233-abcdef012345678912345678;Self=…, as load balancers write it:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html (read 2026-11-28)
const TRACE = /^[A-Za-z0-9=;:._-]{1,256}$/;
const HEALTH_CHECKS = ["/health", "/ready"];
const REPEAT_AFTER_MS = 10_000;

/** @param {string} level one of those that options.js knows */
export function logger(level) {
  return {
    level: level.toLowerCase(),
    base: null,
    messageKey: "message",
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (/** @type {string} */ label) => ({ level: label.toUpperCase() }) },
  };
}

/**
 * A line outside of any request, before there is a logger.
 * @param {string} level
 * @param {string} message
 */
export function line(level, message) {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), message })}\n`);
}

/**
 * How a request is logged: a health check that passes is of no interest, and what the caller cannot help is.
 * @param {string} path
 * @param {number} status
 * @returns {"debug" | "info" | "warn" | "error"}
 */
export function levelOf(path, status) {
  if (status === 500) return "error";
  if (status > 500) return "warn";
  return HEALTH_CHECKS.includes(path) ? "debug" : "info";
}

/**
 * Who asks: address, user agent and trace.
 *
 * The last address in X-Forwarded-For is the one that the load balancer saw; whatever is before it came from outside.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html (read 2026-11-28)
 * @param {import("node:http").IncomingMessage} request
 */
export function caller(request) {
  const { headers } = request;
  const forwarded = String(headers["x-forwarded-for"] ?? "").split(",").at(-1)?.trim() ?? "";
  return {
    client: isIP(forwarded) ? forwarded : request.socket.remoteAddress,
    user_agent: headers["user-agent"]?.slice(0, USER_AGENT_MAX_CHARS),
    trace_id: traceOf(request),
  };
}

/**
 * The trace that a request belongs to, where it has one of the form that load balancers write.
 * @param {import("node:http").IncomingMessage} request
 * @returns {string | undefined}
 */
export function traceOf(request) {
  const given = request.headers["x-amzn-trace-id"];
  return typeof given === "string" && TRACE.test(given) ? given : undefined;
}

/** What is logged about something that is lost: why, again every ten seconds, and when it answers again. */
export class OutageLog {
  #lostAt = 0;
  #loggedAt = -Infinity;
  #isLogged = false;

  /**
   * @param {string} name
   * @param {{ warn: (fields: object, message: string) => void }} log
   */
  constructor(name, log) {
    this.name = name;
    this.log = log;
  }

  /** @param {Record<string, unknown>} fields why, and for which request */
  failed(fields) {
    const now = performance.now();
    if (this.#lostAt === 0) [this.#lostAt, this.#isLogged] = [now, false];
    if (now - this.#loggedAt < REPEAT_AFTER_MS) return;
    [this.#loggedAt, this.#isLogged] = [now, true];
    this.log.warn(fields, `${this.name} failed`);
  }

  succeeded() {
    if (this.#lostAt === 0) return;
    const seconds = ((performance.now() - this.#lostAt) / 1000).toFixed(1);
    this.#lostAt = 0;
    if (this.#isLogged) this.log.warn({}, `${this.name} answers again after ${seconds} s`);
  }
}
