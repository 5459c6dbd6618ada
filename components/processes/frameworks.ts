import type { Settings } from "../../settings/schema";

/** What a framework's users type, so that they need not write it. */
export interface Framework {
  migrate?: string[];
  collect?: string[];
  worker?: (celery: string, queues: readonly string[], concurrency: number) => string[];
  beat?: (celery: string) => string[];
}

const celery = {
  worker: (app: string, queues: readonly string[], concurrency: number) => [
    ...["celery", "--app", app, "worker", "--loglevel", "info"],
    ...["--queues", queues.join(","), "--concurrency", String(concurrency)],
  ],
  beat: (app: string) => [
    "celery",
    "--app",
    app,
    "beat",
    "--loglevel",
    "info",
    "--schedule",
    "/tmp/celerybeat-schedule",
  ],
};

export const frameworks: Record<Settings["framework"], Framework> = {
  django: {
    migrate: ["python3", "manage.py", "migrate", "--noinput"],
    collect: ["python3", "manage.py", "collectstatic", "--noinput"],
    ...celery,
  },
  flask: { migrate: ["alembic", "upgrade", "head"], ...celery },
  none: {},
};
