// What may be set for this service and need not be; what must be set is in settings.js.
// The FastAPI service reads the same options in the same way, and says the same when they are wrong.

const LEVELS = new Map([["DEBUG", "debug"], ["INFO", "info"], ["WARN", "warn"], ["WARNING", "warn"], ["ERROR", "error"]]);
const PORT_MAX = 65535;

/** @typedef {{ host: string, port: number, level: string }} Options */

/**
 * The options; what is malformed is added to `faults`, a sentence each, never a value.
 * @param {Record<string, string | undefined>} env
 * @param {string[]} faults
 * @returns {Readonly<Options>}
 */
export function options(env, faults) {
  const { HOST: host = "0.0.0.0", PORT: port = "3000", LOG_LEVEL: level = "INFO" } = env;
  const known = LEVELS.get(level.toUpperCase());
  if (known === undefined) faults.push("LOG_LEVEL is not a log level; expected: DEBUG, INFO, WARN or ERROR.");
  if (host.trim() === "") faults.push("HOST is empty; expected: an address to listen on.");
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < 1 || Number(port) > PORT_MAX) {
    faults.push(`PORT is not a port; expected: a number from 1 to ${PORT_MAX}.`);
  }
  return Object.freeze({ host, port: Number(port), level: known ?? "info" });
}
