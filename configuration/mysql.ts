import type { MysqlClusterArgs } from "../components/mysql/args";
import { resources, textMap, texts, tolerations } from "./podShapes";
import type { Reader } from "./reader";
import { renameHead } from "./reader";
import * as shape from "./shapes";

/** What configuration decides of MySQL; where it lives comes from what index.ts makes. */
export type MysqlSettings = Omit<MysqlClusterArgs, "namespace" | "storageClassName">;

/** The arguments of MysqlCluster from the keys about MySQL. */
export function readMysql(reader: Reader): MysqlSettings {
    return {
        name: reader.scalar("mysqlName", shape.text),
        image: reader.scalar("mysqlImage", shape.text),
        version: reader.scalar("mysqlVersion", shape.optionalText),
        pods: reader.scalar("mysqlPods", shape.whole),
        primary: reader.scalar("mysqlPrimary", shape.optional(shape.whole)),
        readsFromPrimary: reader.scalar("readsFromPrimary", shape.oneWordOf("never", "whenAlone")),
        rebuildErrant: reader.scalar("rebuildErrant", shape.flag),
        failoverAfterSeconds: reader.scalar("failoverAfterSeconds", shape.whole),
        controller: {
            image: reader.scalar("controllerImage", shape.text),
            pods: reader.scalar("controllerPods", shape.whole),
            resources: reader.json("controllerResources", resources),
        },
        storageSize: reader.scalar("storageSize", shape.text),
        accessMode: reader.scalar(
            "storageAccessMode",
            shape.oneWordOf("ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"),
        ),
        resources: reader.json("mysqlResources", resources),
        imagePullSecrets: reader.json("mysqlImagePullSecrets", texts),
        nodeSelector: reader.json("mysqlNodeSelector", textMap),
        tolerations: reader.json("mysqlTolerations", tolerations),
        antiAffinity: reader.scalar(
            "mysqlAntiAffinity",
            shape.oneWordOf("required", "preferred", "none"),
        ),
        topologySpread: reader.json("mysqlTopologySpread", texts),
        labels: reader.json("mysqlLabels", textMap),
        databaseName: reader.scalar("databaseName", shape.text),
        userName: reader.scalar("userName", shape.text),
        characterSet: reader.scalar("characterSet", shape.text),
        collation: reader.scalar("collation", shape.optionalText),
        timeZone: reader.scalar("timeZone", shape.text),
        binlogExpiryDays: reader.scalar("binlogExpiryDays", shape.whole),
        maxConnections: reader.scalar("maxConnections", shape.whole),
        initConnect: reader.scalar("initConnect", shape.optionalText),
        mysqldSettings: reader.json("mysqldSettings", shape.mapOf(shape.textNumberOrFlag)),
        existingSecretName: reader.scalar("existingSecretName", shape.optionalText),
        clusterDomain: reader.scalar("clusterDomain", shape.text),
        lagBoundSeconds: reader.scalar("lagBoundSeconds", shape.whole),
        terminationGracePeriodSeconds: reader.scalar(
            "mysqlTerminationGracePeriodSeconds",
            shape.whole,
        ),
        readyTimeoutMinutes: reader.scalar("mysqlReadyTimeoutMinutes", shape.whole),
    };
}

/** Arguments whose keys are not called as they are. */
const keys: Readonly<Record<string, string>> = {
    name: "mysqlName",
    image: "mysqlImage",
    version: "mysqlVersion",
    pods: "mysqlPods",
    primary: "mysqlPrimary",
    accessMode: "storageAccessMode",
    resources: "mysqlResources",
    imagePullSecrets: "mysqlImagePullSecrets",
    nodeSelector: "mysqlNodeSelector",
    tolerations: "mysqlTolerations",
    antiAffinity: "mysqlAntiAffinity",
    topologySpread: "mysqlTopologySpread",
    labels: "mysqlLabels",
    terminationGracePeriodSeconds: "mysqlTerminationGracePeriodSeconds",
    readyTimeoutMinutes: "mysqlReadyTimeoutMinutes",
};

/** The key that sets an argument of MysqlCluster. */
export function mysqlKey(field: string): string {
    const ofController = /^controller\.([a-z])/;
    return ofController.test(field)
        ? field.replace(ofController, (_, first: string) => `controller${first.toUpperCase()}`)
        : renameHead(field, keys);
}
