import type * as pulumi from "@pulumi/pulumi";
import type { Resources, Toleration } from "../checks";
import type { NameOf } from "../declared";
import type * as k8s from "../kubernetes";
import type { AccessMode } from "../stateful/args";

/** A value of my.cnf; true and false become ON and OFF. */
export type MysqldSetting = string | number | boolean;

/** Whether reads may go to the primary: while no replica is fit for them, or not even then. */
export type ReadsFromPrimary = "never" | "whenAlone";

/** What decides the roles of the servers and restarts them, one Pod of it at a time. */
export interface ControllerArgs {
    /**
     * Node.js 20 or later, by tag or digest, with a user that has uid 1000.
     * @default node:24.11.1-slim
     */
    image?: string;
    /**
     * 1 or 2. One of two stands by, and takes over when the other or its node is gone.
     * @default 2
     */
    pods?: number;
    /** @default requests 50m/96Mi, limits 500m/256Mi */
    resources?: Resources;
}

/**
 * A MySQL primary and its read replicas. What shapes the server is plain and not an Input, so that every value
 * is judged before anything is made.
 */
export interface MysqlClusterArgs {
    namespace: pulumi.Input<string>;
    /**
     * Name of the StatefulSet and, with -primary and -read behind it, of the Services. Another name is another,
     * empty cluster of databases. At most 40 characters.
     * @default mysql
     */
    name?: string;
    /**
     * MySQL 8.4 or later, by tag or digest. The official image, or one with bash, coreutils, mysqld, mysql and
     * mysqladmin, and a user mysql with uid 999.
     * @default mysql:9.7.1
     */
    image?: string;
    /**
     * Series of the image, such as 9.7, where its tag doesn't begin with it.
     * @default read from the image's tag
     */
    version?: string;
    /**
     * Pods in all, 1 to 15: one primary, the others replicas.
     * @default 3
     */
    pods?: number;
    /**
     * Ordinal of the Pod that is asked to be the primary, from 0 to one less than `pods`. `pulumi up` switches over to it
     * once, when this is set or changed, and waits for that; a later failover makes another the primary.
     * @default whichever is
     */
    primary?: number;
    /**
     * Whether reads go to the primary while no replica is fit for them.
     * @default never
     */
    readsFromPrimary?: ReadsFromPrimary;
    /**
     * Whether a server with transactions that no other has (errant ones) is copied anew, once they are saved on its volume.
     * @default true
     */
    rebuildErrant?: boolean;
    /**
     * Seconds that a primary may give no answer before a replica takes over, 2 to 600.
     * @default 3
     */
    failoverAfterSeconds?: number;
    /** The Pods that decide the roles. @default see ControllerArgs */
    controller?: ControllerArgs;
    /** @default the cluster's default class */
    storageClassName?: pulumi.Input<string>;
    /**
     * Size of each Pod's volume. It can grow later where `storageExpandable` says so, and never shrink.
     * @default 10Gi
     */
    storageSize?: string;
    /**
     * Whether the class lets volumes that exist grow, its `allowVolumeExpansion`; growing takes an
     * `adoptingProvider` as well.
     * @default false
     */
    storageExpandable?: pulumi.Input<boolean>;
    /** @default ReadWriteOnce */
    accessMode?: AccessMode;
    /**
     * What each Pod asks for and may use. The limit of memory, at least 512Mi, decides about the buffer pool
     * and what else grows with memory; without a limit a Pod is sized for its request.
     * @default requests 250m/256Mi, limits 500m/512Mi
     */
    resources?: Resources;
    /**
     * Names of pull Secrets in the namespace, for MySQL and the controller.
     * @default none
     */
    imagePullSecrets?: string[];
    /**
     * Labels of the nodes where MySQL and the controller may run.
     * @default none
     */
    nodeSelector?: Record<string, string>;
    /**
     * Taints that MySQL's Pods and the controller's tolerate.
     * @default none
     */
    tolerations?: Toleration[];
    /**
     * Whether Pods keep off each other's nodes: always (required), where there is room (preferred), or not (none).
     * @default preferred
     */
    antiAffinity?: "required" | "preferred" | "none";
    /**
     * Labels of nodes over whose values the Pods spread evenly, where there is room.
     * @default [topology.kubernetes.io/zone]
     */
    topologySpread?: string[];
    /**
     * More labels for everything that is made.
     * @default none
     */
    labels?: Record<string, string>;
    /**
     * Database made for the application. One more is made when this changes; none is ever dropped.
     * @default app
     */
    databaseName?: string;
    /**
     * The application's account, with all rights on its database and none elsewhere. Another one is made when
     * this changes; none is ever dropped.
     * @default app
     */
    userName?: string;
    /** @default utf8mb4 */
    characterSet?: string;
    /**
     * A collation of the character set.
     * @default utf8mb4_0900_ai_ci with utf8mb4, else required
     */
    collation?: string;
    /**
     * SYSTEM, which is UTC in the official image, or an offset from -13:59 to +14:00, such as +08:00.
     * @default SYSTEM
     */
    timeZone?: string;
    /**
     * Days until binary logs are deleted, 1 to 99. A replica that was away for longer needs a new copy.
     * @default 30
     */
    binlogExpiryDays?: number;
    /**
     * Clients of one account at a time, 10 to 100000. The cluster itself has room beside them.
     * @default 151
     */
    maxConnections?: number;
    /**
     * SET statements of session variables, joined by `;`, that the server runs for each client that connects,
     * administrators excepted.
     * @default none
     */
    initConnect?: string;
    /**
     * More settings of mysqld, by their names in my.cnf. Those that this component decides are refused, and so
     * are names that the server doesn't know; `loose_` before a name lets it pass.
     * @default none
     */
    mysqldSettings?: Record<string, MysqldSetting>;
    /**
     * A Secret in the namespace with the keys `root-password` and `password`, in place of generated ones.
     * `pulumi up` restarts the Pods one by one when someone has changed it, and they take the new passwords.
     * @default a Secret with generated passwords
     */
    existingSecretName?: string;
    /** @default cluster.local */
    clusterDomain?: string;
    /**
     * Seconds that a replica may be behind, or cut off from the primary, before reads stop going to it; 5 to 86400.
     * @default 60
     */
    lagBoundSeconds?: number;
    /**
     * Seconds a server has for a clean stop before it is killed, 30 to 3600.
     * @default 300
     */
    terminationGracePeriodSeconds?: number;
    /**
     * How long `pulumi up` waits for all Pods to be ready, in minutes: the time to copy the data to new replicas.
     * @default 60
     */
    readyTimeoutMinutes?: number;
    /**
     * Provider with `upsertExistingObjects` and `enableConfigMapMutable`, for the claims and a ConfigMap that outlive
     * `pulumi destroy` and are taken over by the next `pulumi up`, and for a ConfigMap that changes in place.
     * @default the component's provider for the ConfigMaps; the claims are left to the StatefulSet
     */
    adoptingProvider?: k8s.Provider;
    /**
     * Whether Pulumi refuses to delete the StatefulSet until this is false and `pulumi up` has run.
     * @default false
     */
    protect?: boolean;
    /** How errors name an argument. @default its own name */
    nameOf?: NameOf;
}

/** The defaults, in one place; see the arguments for what they mean. */
export const mysqlDefaults = {
    name: "mysql",
    image: "mysql:9.7.1",
    pods: 3,
    readsFromPrimary: "never" as ReadsFromPrimary,
    rebuildErrant: true,
    failoverAfterSeconds: 3,
    controller: {
        image: "node:24.11.1-slim",
        pods: 2,
        resources: {
            requests: { cpu: "50m", memory: "96Mi" },
            limits: { cpu: "500m", memory: "256Mi" },
        },
    },
    storageSize: "10Gi",
    accessMode: "ReadWriteOnce" as AccessMode,
    resources: {
        requests: { cpu: "250m", memory: "256Mi" },
        limits: { cpu: "500m", memory: "512Mi" },
    },
    antiAffinity: "preferred" as const,
    topologySpread: ["topology.kubernetes.io/zone"],
    databaseName: "app",
    userName: "app",
    characterSet: "utf8mb4",
    collation: "utf8mb4_0900_ai_ci",
    timeZone: "SYSTEM",
    binlogExpiryDays: 30,
    maxConnections: 151,
    clusterDomain: "cluster.local",
    lagBoundSeconds: 60,
    terminationGracePeriodSeconds: 300,
    readyTimeoutMinutes: 60,
};
