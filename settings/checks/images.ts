import type { Problem } from "../refusal";
import type { Settings } from "../schema";
import { shown } from "../shown";
import { splitTag } from "../tag";

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[0-9a-f]{64})?$/;

/** Every process must have an image, and every image one release that stays what it is. */
export function images(settings: Settings): Problem[] {
  const own = Object.entries(settings.processes);
  return [
    ...tagProblems(["tag"], settings.tag),
    ...own.flatMap(([name, { tag }]) => tagProblems(["processes", name, "tag"], tag)),
    ...imageProblems("image", settings.image),
    ...own.flatMap(([name, { image }]) => imageProblems(`processes.${name}.image`, image)),
    ...own
      .filter(([, { image, build }]) => !image && build)
      .map(([name]) => ({
        at: `processes.${name}.image`,
        got: "nothing",
        why: "A build of its own without a name of its own would take the place of the application's image.",
        fix: `Name it, such as ${settings.image ?? settings.name}-${name}.`,
      })),
    ...own
      .filter(([, { image, build }]) => !image && !build && !settings.image && !settings.build)
      .map(([name]) => ({
        at: `processes.${name}.image`,
        got: "nothing",
        why: "Nothing says which image it runs.",
        fix: "Give it an image or a build, or give the application one.",
      })),
  ];
}

function tagProblems(path: string[], tag: string | undefined): Problem[] {
  if (tag === undefined || (TAG.test(tag) && splitTag(tag).name !== "latest")) return [];
  const at = path.join(".");
  const fix = 'Name one release, such as "1.4.2".';
  if (splitTag(tag).name === "latest")
    return [{ at, got: tag, why: "It names another image every day: no rollback could find this one.", fix }];
  if (tag === "") return [{ at, got: "nothing", why: "Without a tag Docker takes latest.", fix }];
  const why = "A tag has letters, digits, _ . and -, at most 128, and begins with none of the last two.";
  return [{ at, got: shown(path, tag), why, fix }];
}

function imageProblems(at: string, image: string | undefined): Problem[] {
  if (image === undefined) return [];
  const got = shown([at], image);
  const bare = image.replace(/@.*$/, "").replace(/:[^/]*$/, "");
  if (bare !== image) {
    return [{ at, got, why: "The release is named by tag alone.", fix: `Write ${bare} here, and its tag under tag.` }];
  }
  if (/^[a-z0-9][a-z0-9._/:-]*[a-z0-9]$/.test(image)) return [];
  return [
    { at, got, why: "It is not an image's name.", fix: "Write it in small letters, such as registry.example/shop." },
  ];
}
