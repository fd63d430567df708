import type { Rule } from "./row";
import { change, refused } from "./row";
import { controller, controllerSettings, waitFor } from "./steps";

export const roleRules: readonly Rule[] = [
    {
        effect: "switchover",
        happens:
            "to that Pod, once, and `pulumi up` waits for it: writes pause for a moment and none is lost. Where that Pod can't take over, `pulumi up` fails with the reason, and the primary stays",
        changes: [
            change("mysqlPrimary", "set to a Pod", 1, [
                "create RandomId mysql-request",
                `update ConfigMap mysql-declared: data.primary data.request data.wanted ${waitFor}`,
                "update MysqlCluster mysql",
            ]),
        ],
    },
    {
        effect: "controller restart",
        happens:
            "MySQL and its clients don't notice; a failover in these seconds comes that much later",
        changes: [
            change("readsFromPrimary", "`never` to `whenAlone`", "whenAlone", [controllerSettings]),
            change("rebuildErrant", "`true` to `false`", false, [controllerSettings]),
            change("failoverAfterSeconds", "up", 10, [controllerSettings]),
            change("controllerImage", "unset", undefined, [controller("containers[0].image")]),
            change(
                "controllerResources",
                "more memory",
                {
                    requests: { cpu: "50m", memory: "96Mi" },
                    limits: { cpu: "500m", memory: "512Mi" },
                },
                [controller("containers[0].resources.limits.memory")],
            ),
        ],
    },
    {
        effect: "in place",
        happens: "one more Pod stands by, or none does; the others are not restarted",
        changes: [
            change("controllerPods", "2 to 1", 1, [
                "update Deployment mysql-controller: spec.replicas",
            ]),
        ],
    },
    {
        which: "that name a Pod that there isn't",
        effect: "refused",
        happens: "the error says which Pods there are",
        changes: [
            refused(
                "mysqlPods",
                "down, so that the Pod of `mysqlPrimary` would go",
                2,
                ["mysql-nfs:mysqlPrimary = 2", "from 0 to 1"],
                { mysqlPrimary: 2 },
            ),
            refused("mysqlPrimary", "a Pod that there isn't", 3, [
                "from 0 to 2",
                "mysql-nfs:mysqlPods 3",
            ]),
            refused(
                "mysqlPrimary",
                "a Pod that is yet to come",
                3,
                ["mysql-nfs:mysqlPods has been raised"],
                { mysqlPods: 4 },
            ),
        ],
    },
];
