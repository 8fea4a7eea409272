// Which build runs here: the tag or the digest of the image, as the metadata of the task has it.

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html (read 2026-11-28)
const VARIABLE = "ECS_CONTAINER_METADATA_URI_V4";
const ANSWER_MAX_MS = 2_000;
const DIGEST_MAX_CHARS = 19; // "sha256:" and twelve digits

/**
 * The tag, or the beginning of the digest where the image has no tag; `local` outside ECS.
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<string>}
 */
export async function buildOfThisTask(env) {
  const address = env[VARIABLE];
  if (!address) return "local";
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MAX_MS) });
    return buildOf(await answer.json());
  } catch {
    return "unknown";
  }
}

/**
 * The build that a container's metadata names.
 *
 * Shapes: "1.dkr.ecr.us-east-1.amazonaws.com/web:v7" -> "v7", "…/web@sha256:0123456789abcdef…" -> "sha256:0123456789ab".
 * @param {{ Image?: string, ImageID?: string }} metadata
 * @returns {string}
 */
export function buildOf({ Image: image = "", ImageID: digest = "" }) {
  const [name = "", inImage = ""] = image.split("@");
  const tag = name.split("/").at(-1)?.split(":")[1];
  return tag || (inImage || digest).slice(0, DIGEST_MAX_CHARS) || "unknown";
}
