// What needs no process: outages, options, builds and who asked. Run by `npm test`.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { buildOf } from "../src/build.js";
import { caller, levelOf, OutageLog } from "../src/logs.js";
import { options } from "../src/options.js";

/** @param {Record<string, string>} env */
function faultsOf(env) {
  /** @type {string[]} */
  const faults = [];
  options(env, faults);
  return faults;
}

test("an outage is logged every ten seconds, and when it ends", () => {
  let now = 1_000;
  mock.method(performance, "now", () => now);
  /** @type {string[]} */
  const messages = [];
  const outage = new OutageLog("the back end", { warn: (_fields, message) => messages.push(message) });
  outage.succeeded();
  for (let second = 0; second < 25; second += 1) {
    outage.failed({ reason: "refused" });
    now += 1_000;
  }
  outage.succeeded();
  outage.succeeded();
  assert.deepEqual(messages, [...Array(3).fill("the back end failed"), "the back end answers again after 25.0 s"]);
  mock.reset();
});

test("options are read as in the back end", () => {
  assert.deepEqual(options({}, []), { host: "0.0.0.0", port: 3000, level: "info" });
  assert.equal(options({ LOG_LEVEL: "Warning" }, []).level, "warn");
  for (const port of ["", " 80", "+80", "8_0", "0", "65536", "1e3"]) {
    assert.deepEqual(faultsOf({ PORT: port }), ["PORT is not a port; expected: a number from 1 to 65535."]);
  }
  for (const level of ["", "TRACE", "hunter2"]) {
    assert.deepEqual(faultsOf({ LOG_LEVEL: level }), ["LOG_LEVEL is not a log level; expected: DEBUG, INFO, WARN or ERROR."]);
  }
  for (const host of ["", " "]) {
    assert.deepEqual(faultsOf({ HOST: host }), ["HOST is empty; expected: an address to listen on."]);
  }
});

test("the build is the tag or the digest", () => {
  assert.equal(buildOf({ Image: "1.dkr.ecr.us-east-1.amazonaws.com:443/nodejs:v42", ImageID: "sha256:00" }), "v42");
  assert.equal(buildOf({ Image: "nodejs@sha256:0123456789abcdef" }), "sha256:0123456789ab");
  assert.equal(buildOf({ Image: "nodejs", ImageID: "sha256:fedcba9876543210" }), "sha256:fedcba987654");
  assert.equal(buildOf({}), "unknown");
});

test("the client is the address that the load balancer saw", () => {
  /** @param {Record<string, string>} headers */
  const from = (headers) => caller(/** @type {any} */ ({ headers, socket: { remoteAddress: "10.0.0.1" } }));
  assert.equal(from({ "x-forwarded-for": "203.0.113.9, 198.51.100.7" }).client, "198.51.100.7");
  assert.equal(from({ "x-forwarded-for": "2001:db8::1" }).client, "2001:db8::1");
  assert.equal(from({ "x-forwarded-for": "nobody" }).client, "10.0.0.1");
  assert.equal(from({ "x-amzn-trace-id": 'no "trace"' }).trace_id, undefined);
});

test("the level says whether anyone should look", () => {
  const cases = /** @type {const} */ ([["/health", 200, "debug"], ["/ready", 503, "warn"], ["/", 200, "info"], ["/", 404, "info"], ["/", 500, "error"], ["/", 504, "warn"]]);
  for (const [path, status, level] of cases) assert.equal(levelOf(path, status), level);
});
