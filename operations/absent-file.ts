/** For `.catch`: what is not there is undefined, every other failure stays one. */
export function absentFile(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** The same for a process's files: it can end while it is looked at, and another person's cannot be looked at. */
export function gone(error: NodeJS.ErrnoException): undefined {
  if (!["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(error.code ?? "")) throw error;
}
