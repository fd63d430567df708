import type { Rule } from "./row";
import { back, change, refused } from "./row";
import {
    bothContainers,
    controller,
    controllerSettings,
    labelsEverywhere,
    myCnf,
    pods,
    podsBecome,
} from "./steps";

export const mysqlRules: readonly Rule[] = [
    {
        which: "up",
        effect: "more",
        happens:
            "new Pods copy a peer and join; those that run are not restarted. Refused together with another series of MySQL",
        changes: [
            change("mysqlPods", "3 to 4", 4, podsBecome(4)),
            change("mysqlPods", "3 to 15", 15, podsBecome(15)),
        ],
    },
    {
        which: "down",
        effect: "less",
        happens:
            "a switchover first where the primary is among those to go; once no commit depends on them the highest Pods go, their claims and data stay; scaled out again they catch up from where they were",
        changes: [
            change("mysqlPods", "3 to 2", 2, podsBecome(2)),
            change("mysqlPods", "3 to 1, a primary alone", 1, podsBecome(1)),
        ],
    },
    {
        effect: "rolling restart",
        happens:
            "one Pod at a time, the replicas first, from the highest; then a switchover, and the old primary is the last; the data stays where it is",
        changes: [
            change("mysqlImage", "another release of the series", "sandbox.local/mysql:9.7.99", [
                bothContainers("image"),
            ]),
            change("mysqlImage", "a later series", "sandbox.local/mysql:9.8", [
                bothContainers("image"),
                "update MysqlCluster mysql",
            ]),
            change(
                "mysqlImage",
                "an earlier series: its first Pod doesn't start on newer data, the others serve on; go back",
                "mysql:8.4.7",
                [bothContainers("image"), "update MysqlCluster mysql"],
            ),
            change("mysqlImage", "unset", undefined, [bothContainers("image")]),
            change(
                "mysqlResources",
                "more CPU requested",
                resources({ requests: { cpu: "200m", memory: "256Mi" } }),
                [bothContainers("resources.requests.cpu")],
            ),
            change(
                "mysqlResources",
                "less CPU requested",
                resources({ requests: { cpu: "50m", memory: "256Mi" } }),
                [bothContainers("resources.requests.cpu")],
            ),
            change(
                "mysqlResources",
                "a CPU limit",
                resources({ limits: { cpu: "2", memory: "512Mi" } }),
                [bothContainers("resources.limits.cpu")],
            ),
            change(
                "mysqlResources",
                "more memory, and the buffer pool with it",
                resources({ limits: { memory: "1Gi" } }),
                [
                    myCnf[0],
                    pods(
                        "containers[0].resources.limits.memory",
                        "initContainers[0].resources.limits.memory",
                        "volumes[0].configMap.name",
                    ),
                ],
            ),
            change("mysqlResources", "unset", undefined, [
                pods(
                    ...["containers[0]", "initContainers[0]"].flatMap((container) => [
                        `${container}.resources.limits.cpu`,
                        `${container}.resources.requests.cpu`,
                    ]),
                ),
            ]),
            change(
                "mysqlImagePullSecrets",
                "a pull Secret",
                ["pull"],
                [pods("imagePullSecrets"), controller("imagePullSecrets")],
            ),
            change(
                "mysqlNodeSelector",
                "one more label",
                { "kubernetes.io/os": "linux", disk: "ssd" },
                [pods("nodeSelector.disk"), controller("nodeSelector.disk")],
            ),
            change("mysqlNodeSelector", "unset", undefined, [
                pods("nodeSelector"),
                controller("nodeSelector"),
            ]),
            change(
                "mysqlTolerations",
                "another effect",
                [{ key: "dedicated", operator: "Exists", effect: "NoExecute" }],
                [pods("tolerations[0].effect"), controller("tolerations[2].effect")],
            ),
            change(
                "mysqlTolerations",
                "one more",
                [
                    { key: "dedicated", operator: "Exists", effect: "NoSchedule" },
                    { key: "disk", operator: "Equal", value: "ssd", effect: "NoSchedule" },
                ],
                [pods("tolerations[1]"), controller("tolerations[3]")],
            ),
            change("mysqlTolerations", "unset", undefined, [
                pods("tolerations"),
                controller("tolerations[2]"),
            ]),
            change("mysqlAntiAffinity", "`preferred` to `required`", "required", [
                pods(
                    "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution",
                    "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution",
                ),
            ]),
            change("mysqlAntiAffinity", "`preferred` to `none`", "none", [pods("affinity")]),
            change(
                "mysqlTopologySpread",
                "one more topology",
                ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"],
                [pods("topologySpreadConstraints[1]")],
            ),
            change("mysqlTopologySpread", "none", [], [pods("topologySpreadConstraints")]),
            change("mysqlTerminationGracePeriodSeconds", "up", 600, [
                pods("terminationGracePeriodSeconds"),
            ]),
            change("mysqlTerminationGracePeriodSeconds", "down", 60, [
                pods("terminationGracePeriodSeconds"),
            ]),
            change("lagBoundSeconds", "down", 10, [
                pods("containers[0].env[0].value"),
                controllerSettings,
            ]),
            change("clusterDomain", "another domain, in the outputs too", "example.internal", [
                pods("initContainers[0].env[4].value"),
                controllerSettings,
            ]),
            change("maxConnections", "up", 500, myCnf),
            change("maxConnections", "down", 100, myCnf),
            change("binlogExpiryDays", "up", 60, myCnf),
            change("binlogExpiryDays", "down", 7, myCnf),
            change("timeZone", "another zone", "+08:00", myCnf),
            change("collation", "another one, for new databases", "utf8mb4_unicode_ci", myCnf),
            change("characterSet", "another one, for new databases", "latin1", myCnf, {
                collation: "latin1_swedish_ci",
            }),
            change("initConnect", "a statement for each client", "SET sql_safe_updates = 1", myCnf),
            change("mysqldSettings", "another value", { max_allowed_packet: "64M" }, myCnf),
            change(
                "mysqldSettings",
                "one more",
                { max_allowed_packet: "32M", long_query_time: 2 },
                myCnf,
            ),
            change("mysqldSettings", "unset", undefined, myCnf),
        ],
    },
    {
        effect: "rolling restart",
        happens: "and one more database or account; none is ever dropped",
        changes: [
            change("databaseName", "another name", "orders", [
                pods("initContainers[0].env[5].value"),
                controllerSettings,
            ]),
            change("userName", "another name", "orders", [pods("initContainers[0].env[6].value")]),
        ],
    },
    {
        effect: "rolling restart",
        happens: "as each Pod restarts it takes the passwords of that Secret; generated ones go",
        changes: [
            change("existingSecretName", "a Secret of yours", "own-passwords", [
                "delete RandomPassword mysql-app",
                "delete RandomPassword mysql-root",
                "delete Secret mysql-credentials",
                "update StatefulSet mysql: spec.template.metadata.annotations " +
                    "spec.template.spec.volumes[4].secret.secretName",
            ]),
        ],
    },
    {
        effect: "rolling restart",
        happens: "and the labels of every object, in place",
        changes: [
            change("mysqlLabels", "another value", { team: "core" }, labelsEverywhere("team")),
            change(
                "mysqlLabels",
                "one more",
                { team: "data", tier: "gold" },
                labelsEverywhere("tier"),
            ),
            change("mysqlLabels", "unset", undefined, labelsEverywhere("team")),
        ],
    },
    {
        effect: "nothing",
        happens: "only this program acts on it: no object on the cluster says it",
        changes: [
            change("mysqlReadyTimeoutMinutes", "down", 5),
            change("mysqlVersion", "the series that the tag says", "9.7"),
            change("mysqlPods", "unset, which is 3", undefined),
            change("clusterDomain", "the default, set", "cluster.local"),
        ],
    },
    {
        effect: "nothing",
        happens:
            "while it is on, Pulumi refuses to delete what holds data, by `pulumi destroy` or by any setting",
        changes: [change("protect", "`true` to `false`", false)],
    },
    {
        effect: "protected",
        happens:
            "without `protect` refused as well, since it would start empty databases. Run `pulumi destroy` first; the volumes stay",
        changes: [
            refused("namespace", "another one", "db", ["Namespace mysql", "set protect to false"]),
        ],
    },
    {
        which: "to `false`",
        effect: "protected",
        happens: "after an up without `protect` the namespace stays, and is the stack's no more",
        changes: [
            refused("createNamespace", "`true` to `false`", false, [
                "Namespace mysql",
                "set protect to false",
            ]),
        ],
    },
    {
        effect: "refused",
        happens: "it would start empty databases. Run `pulumi destroy` first; the volumes stay",
        changes: [
            refused("mysqlName", "another name", "db", [back, "start anew", "pulumi destroy"]),
        ],
    },
    {
        which: "to what MySQL can't do",
        effect: "refused",
        happens: "the error says what to give instead",
        changes: [
            refused(
                "mysqlPods",
                "up, together with another series",
                5,
                ['"5"', back, "new series of mysql-nfs:mysqlImage"],
                { mysqlImage: "sandbox.local/mysql:9.8" },
            ),
            refused("mysqlVersion", "another series than the tag says", "8.4", [
                "leave it out",
                "mysql-nfs:mysqlImage",
            ]),
            refused(
                "mysqlResources",
                "too little memory",
                resources({ limits: { memory: "256Mi" } }),
                ["at least 512Mi"],
            ),
            refused("characterSet", "without a collation of it", "latin1", [
                "mysql-nfs:collation",
                "latin1",
            ]),
        ],
    },
];

/** The walked stack's mysqlResources with a part replaced. */
function resources(part: object): object {
    return {
        requests: { cpu: "100m", memory: "256Mi" },
        limits: { memory: "512Mi" },
        ...part,
    };
}
