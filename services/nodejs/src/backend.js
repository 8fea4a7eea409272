// The back end as this service sees it: bounded connections, a time limit for every question, few and honest retries.

import { setTimeout as pause } from "node:timers/promises";

import { errors, Pool } from "undici";

const CONNECTIONS = 32;
const WAITING_MAX = 256;
const CONNECT_MAX_MS = 1_000;
const BODY_MAX_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const PAUSE_MS = 50;
// The load balancer between answers these while it has no healthy target.
const TRANSIENT = new Set([502, 503, 504]);

/** Why the back end gave no answer that can be used; the status is what the caller is told. */
export class BackendError extends Error {
  /**
   * @param {string} message
   * @param {502 | 503 | 504} status
   * @param {boolean} again whether asking once more may help
   */
  constructor(message, status, again = false) {
    super(message);
    this.name = "BackendError";
    this.status = status;
    this.again = again;
  }
}

/** @typedef {{ status: number, body: Record<string, unknown> }} Answer */

/** The back end at one address. */
export class Backend {
  /** @param {string} address */
  constructor(address) {
    const url = new URL(address);
    this.prefix = url.pathname.replace(/\/+$/, "");
    this.pool = new Pool(url.origin, {
      connections: CONNECTIONS,
      connect: { timeout: CONNECT_MAX_MS },
      // Shorter than that of the back end (75 s) and of a load balancer (60 s): a connection is never used while the other side ends it.
      keepAliveTimeout: 4_000,
      keepAliveMaxTimeout: 4_000,
    });
  }

  /**
   * Ask; a BackendError where there is no answer in JSON within the limit. `attempts` above 1 only for what may be asked twice.
   * @param {string} path
   * @param {{ requestId: string, limitMs: number, attempts?: number }} question
   * @returns {Promise<Answer>}
   */
  async get(path, { requestId, limitMs, attempts = ATTEMPTS }) {
    const signal = AbortSignal.timeout(limitMs);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#ask(path, requestId, signal, attempt < attempts);
      } catch (error) {
        const fault = asFault(error);
        if (!fault.again || attempt >= attempts || signal.aborted) throw fault;
        await pause(PAUSE_MS * attempt * (0.5 + Math.random()));
      }
    }
  }

  /** End the connections. */
  async close() {
    await this.pool.destroy();
  }

  /**
   * @param {string} path
   * @param {string} requestId
   * @param {AbortSignal} signal
   * @param {boolean} more whether another attempt would follow
   * @returns {Promise<Answer>}
   */
  async #ask(path, requestId, signal, more) {
    if (this.pool.stats.queued >= WAITING_MAX) throw new BackendError("too many requests wait for the back end", 503);
    const answer = await this.pool.request({
      method: "GET",
      path: this.prefix + path,
      headers: { "x-request-id": requestId, accept: "application/json" },
      signal,
    });
    if (more && TRANSIENT.has(answer.statusCode)) {
      await answer.body.dump();
      throw new BackendError(`the back end answered ${answer.statusCode}`, 502, true);
    }
    return { status: answer.statusCode, body: parsed(await whole(answer.body)) };
  }
}

/**
 * @param {AsyncIterable<Buffer>} body
 * @returns {Promise<string>}
 */
async function whole(body) {
  const parts = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > BODY_MAX_BYTES) throw new BackendError("the back end's answer is too long", 502);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
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
    // Told below, without the text.
  }
  throw new BackendError("the back end did not answer in JSON", 502);
}

/**
 * @param {unknown} error
 * @returns {BackendError}
 */
function asFault(error) {
  if (error instanceof BackendError) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError" || name === "AbortError") {
    return new BackendError("the back end did not answer in time", 504);
  }
  const late = error instanceof errors.ConnectTimeoutError;
  return new BackendError("the back end cannot be reached", late ? 504 : 502, true);
}
