// Logs: one JSON object a line on standard output, with the id of the request that it belongs to.

/** @param {string} level */
export function logger(level) {
  return {
    level,
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
