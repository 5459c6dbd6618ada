/** A way to run the demo on this machine: the same application, images and number of web processes. */
export interface Contender {
  name: string;
  /** Brings the first release up, from nothing. Gives where it answers. */
  up(): Promise<string>;
  /** Goes over to a release and waits until that is done, as the way's users would. */
  change(tag: string): Promise<void>;
  /** The same release again. */
  nothing(): Promise<void>;
  down(): Promise<void>;
}

/** The second one adds a column that the first one can live with. */
export const TAGS = { old: "1.0.0", new: "1.1.0" };
