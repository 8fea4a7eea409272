// The back end as this service sees it: bounded connections, a time limit for every question, few and honest retries.

import { setTimeout as pause } from "node:timers/promises";

import { errors, Pool } from "undici";

import { OutageLog } from "./logs.js";

const CONNECTIONS = 32;
// Health checks have connections of their own, and never wait behind requests.
const CHECK_CONNECTIONS = 2;
const WAITING_MAX = 256;
const CONNECT_MAX_MS = 1_000;
const BODY_MAX_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const PAUSE_MS = 50;
// The load balancer between answers these while it has no healthy target.
const TRANSIENT = new Set([502, 503, 504]);

/** Why the back end gave no answer that can be used; `status` is what the caller gets, `cause` is for the log. */
export class BackendError extends Error {
  /**
   * @param {string} message
   * @param {502 | 503 | 504} status
   * @param {{ retry?: boolean, detail?: string }} more whether asking once more may help; what exactly went wrong
   */
  constructor(message, status, { retry = false, detail } = {}) {
    super(message);
    this.name = "BackendError";
    this.status = status;
    this.retry = retry;
    this.detail = detail;
  }
}

/** @typedef {{ status: number, body: Record<string, unknown> }} Answer */

/**
 * @typedef {object} Question
 * @property {string} requestId
 * @property {string} [traceId]
 * @property {number} limitMs
 * @property {"GET" | "POST"} [method]
 * @property {number} [attempts] above 1 only for what may be asked twice
 */

/** The back end at one address. */
export class Backend {
  /**
   * @param {string} address
   * @param {{ warn: (fields: object, message: string) => void }} log
   */
  constructor(address, log) {
    const url = new URL(address);
    this.prefix = url.pathname.replace(/\/+$/, "");
    this.pool = pool(url.origin, CONNECTIONS);
    this.checks = pool(url.origin, CHECK_CONNECTIONS);
    this.outage = new OutageLog("the back end", log);
  }

  /**
   * Ask; a BackendError where there is no answer in JSON within the limit.
   * @param {string} path
   * @param {Question} question
   * @returns {Promise<Answer>}
   */
  async ask(path, question) {
    const { limitMs, attempts = ATTEMPTS } = question;
    const signal = AbortSignal.timeout(limitMs);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#askOnce(path, question, signal, attempt < attempts);
        this.outage.succeeded();
        return answer;
      } catch (error) {
        const failure = asFailure(error);
        this.outage.failed({ path, request_id: question.requestId, reason: failure.message, error: failure.detail });
        if (!failure.retry || attempt >= attempts || signal.aborted) throw failure;
        await pause(PAUSE_MS * attempt * (0.5 + Math.random()));
      }
    }
  }

  /**
   * Whether the back end is alive, asked on a connection that no request uses.
   * @param {string} requestId
   * @param {number} limitMs
   * @returns {Promise<boolean>}
   */
  async isReachable(requestId, limitMs) {
    const headers = { "x-request-id": requestId, accept: "application/json" };
    try {
      const signal = AbortSignal.timeout(limitMs);
      const answer = await this.checks.request({ method: "GET", path: `${this.prefix}/health`, headers, signal });
      await answer.body.dump();
      if (answer.statusCode === 200) return true;
      this.outage.failed({ path: "/health", request_id: requestId, reason: `the back end answered ${answer.statusCode}` });
    } catch (error) {
      const failure = asFailure(error);
      this.outage.failed({ path: "/health", request_id: requestId, reason: failure.message, error: failure.detail });
    }
    return false;
  }

  /** End the connections. */
  async close() {
    await Promise.all([this.pool.destroy(), this.checks.destroy()]);
  }

  /**
   * @param {string} path
   * @param {Question} question
   * @param {AbortSignal} signal
   * @param {boolean} more whether another attempt would follow
   * @returns {Promise<Answer>}
   */
  async #askOnce(path, { requestId, traceId, method = "GET" }, signal, more) {
    if (this.pool.stats.queued >= WAITING_MAX) throw new BackendError("too many requests wait for the back end", 503);
    /** @type {Record<string, string>} */
    const headers = { "x-request-id": requestId, accept: "application/json" };
    if (traceId) headers["x-amzn-trace-id"] = traceId;
    const answer = await this.pool.request({ method, path: this.prefix + path, headers, signal });
    if (more && TRANSIENT.has(answer.statusCode)) {
      await answer.body.dump();
      throw new BackendError(`the back end answered ${answer.statusCode}`, 502, { retry: true });
    }
    return { status: answer.statusCode, body: parsed(await whole(answer.body)) };
  }
}

/**
 * @param {string} origin
 * @param {number} connections
 */
function pool(origin, connections) {
  return new Pool(origin, {
    connections,
    connect: { timeout: CONNECT_MAX_MS },
    // Shorter than that of the back end (75 s) and of a load balancer (60 s): a connection is never used while the other side ends it.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 4_000,
  });
}

/**
 * @param {AsyncIterable<Buffer>} body
 * @returns {Promise<string>}
 */
async function whole(body) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) throw new BackendError("the back end's answer is too long", 502);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {
    // Reported below, without the text.
  }
  throw new BackendError("the back end did not answer in JSON", 502);
}

/**
 * What to say about an error, and its cause for the log: the errno, or which time limit.
 * @param {unknown} error
 * @returns {BackendError}
 */
function asFailure(error) {
  if (error instanceof BackendError) return error;
  const { name = "", code, cause } = /** @type {{ name?: string, code?: string, cause?: { code?: string } }} */ (error);
  if (name === "TimeoutError" || name === "AbortError") {
    return new BackendError("the back end did not answer in time", 504, { detail: "answer timeout" });
  }
  const isLate = error instanceof errors.ConnectTimeoutError;
  const detail = isLate ? "connect timeout" : cause?.code ?? code ?? name;
  return new BackendError("the back end cannot be reached", isLate ? 504 : 502, { retry: true, detail });
}
