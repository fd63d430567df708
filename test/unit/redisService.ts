import type { StatefulServiceArgs } from "../../components/statefulService";

/** The least that a StatefulService can be told. */
export const minimal: StatefulServiceArgs = {
    namespace: "ns",
    name: "redis",
    replicas: 2,
    ports: [{ name: "redis", port: 6379 }],
    podSpec: { containers: [] },
};

export const claim = { name: "data", size: "1Gi", accessModes: ["ReadWriteOnce" as const] };
