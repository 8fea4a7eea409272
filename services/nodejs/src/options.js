// What may be set for this service and need not be; what must be set is in settings.js.

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
const PORT_MAX = 65535;

/** @typedef {{ host: string, port: number, level: string }} Options */

/**
 * The options; what is malformed is added to `faults`, a sentence each, never a value.
 * @param {Record<string, string | undefined>} env
 * @param {string[]} faults
 * @returns {Readonly<Options>}
 */
export function options(env, faults) {
  const port = env.PORT ?? "3000";
  const level = (env.LOG_LEVEL ?? "info").toLowerCase();
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < 1 || Number(port) > PORT_MAX) {
    faults.push(`PORT is not a port; expected: a number from 1 to ${PORT_MAX}.`);
  }
  if (env.HOST === "") faults.push("HOST is empty; expected: an address to listen on.");
  if (!LEVELS.includes(level)) faults.push(`LOG_LEVEL is not a level; expected: one of ${LEVELS.join(", ")}.`);
  return Object.freeze({ host: env.HOST ?? "0.0.0.0", port: Number(port), level });
}
