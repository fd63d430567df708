import type { Resources, Toleration } from "../checks";
import type { MysqlClusterArgs, MysqldSetting } from "./args";
import { mysqlDefaults } from "./args";

/** The arguments with every default filled in. */
export function withDefaults(args: MysqlClusterArgs) {
    const characterSet = args.characterSet ?? mysqlDefaults.characterSet;
    const resources: Resources = args.resources ?? mysqlDefaults.resources;
    const controllerResources: Resources =
        args.controller?.resources ?? mysqlDefaults.controller.resources;
    const imagePullSecrets: string[] = args.imagePullSecrets ?? [];
    const nodeSelector: Record<string, string> = args.nodeSelector ?? {};
    const tolerations: Toleration[] = args.tolerations ?? [];
    const labels: Record<string, string> = args.labels ?? {};
    const mysqldSettings: Record<string, MysqldSetting> = args.mysqldSettings ?? {};
    return {
        ...args,
        resources,
        imagePullSecrets,
        nodeSelector,
        tolerations,
        labels,
        mysqldSettings,
        characterSet,
        // Only utf8mb4 has a default: a collation must belong to its character set.
        collation:
            args.collation ??
            (characterSet === mysqlDefaults.characterSet ? mysqlDefaults.collation : ""),
        name: args.name ?? mysqlDefaults.name,
        image: args.image ?? mysqlDefaults.image,
        pods: args.pods ?? mysqlDefaults.pods,
        readsFromPrimary: args.readsFromPrimary ?? mysqlDefaults.readsFromPrimary,
        rebuildErrant: args.rebuildErrant ?? mysqlDefaults.rebuildErrant,
        failoverAfterSeconds: args.failoverAfterSeconds ?? mysqlDefaults.failoverAfterSeconds,
        controller: {
            image: args.controller?.image ?? mysqlDefaults.controller.image,
            pods: args.controller?.pods ?? mysqlDefaults.controller.pods,
            resources: controllerResources,
        },
        storageSize: args.storageSize ?? mysqlDefaults.storageSize,
        accessMode: args.accessMode ?? mysqlDefaults.accessMode,
        antiAffinity: args.antiAffinity ?? mysqlDefaults.antiAffinity,
        topologySpread: args.topologySpread ?? mysqlDefaults.topologySpread,
        databaseName: args.databaseName ?? mysqlDefaults.databaseName,
        userName: args.userName ?? mysqlDefaults.userName,
        timeZone: args.timeZone ?? mysqlDefaults.timeZone,
        binlogExpiryDays: args.binlogExpiryDays ?? mysqlDefaults.binlogExpiryDays,
        maxConnections: args.maxConnections ?? mysqlDefaults.maxConnections,
        clusterDomain: args.clusterDomain ?? mysqlDefaults.clusterDomain,
        lagBoundSeconds: args.lagBoundSeconds ?? mysqlDefaults.lagBoundSeconds,
        terminationGracePeriodSeconds:
            args.terminationGracePeriodSeconds ?? mysqlDefaults.terminationGracePeriodSeconds,
        readyTimeoutMinutes: args.readyTimeoutMinutes ?? mysqlDefaults.readyTimeoutMinutes,
    };
}

export type FullArgs = ReturnType<typeof withDefaults>;
