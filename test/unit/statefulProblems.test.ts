import * as assert from "node:assert/strict";
import { describeProblem } from "../../components/problem";
import { statefulProblems } from "../../components/stateful/problems";
import type { StatefulServiceArgs } from "../../components/statefulService";
import { claim, minimal } from "./redisService";

const problems = (args: Partial<StatefulServiceArgs>) =>
    statefulProblems({ ...minimal, ...args }).map((problem) => describeProblem(problem));

describe("A StatefulService's arguments", () => {
    it("are fine with a name, ports and a Pod, and with all there is", () => {
        assert.deepEqual(problems({}), []);
        assert.deepEqual(problems({ claims: [claim], replicas: 0, name: "a".repeat(52) }), []);
        assert.deepEqual(
            problems({
                ordinalsStart: 0,
                ports: [
                    { name: "http", port: 80, targetPort: 8080 },
                    { name: "https-alt", port: 443 },
                ],
                labels: { "example.com/team": "a", empty: "" },
                podManagementPolicy: "OrderedReady",
                claimRetention: { whenDeleted: "Delete", whenScaled: "Retain" },
                clientService: { name: "cache", type: "NodePort" },
                updateStrategy: { type: "RollingUpdate", partition: 0, maxUnavailable: "100%" },
                podDisruptionBudget: { maxUnavailable: 0 },
                spread: {
                    antiAffinity: "preferred",
                    topologyKeys: ["kubernetes.io/hostname", "rack"],
                    whenUnsatisfiable: "DoNotSchedule",
                },
            }),
            [],
        );
        for (const budget of ["none", { minAvailable: "0%" }, { maxUnavailable: 1000 }] as const) {
            assert.deepEqual(problems({ podDisruptionBudget: budget }), []);
        }
        assert.deepEqual(problems({ updateStrategy: { type: "OnDelete" } }), []);
    });

    it("are all judged at once", () => {
        assert.deepEqual(
            problems({
                name: "a".repeat(53),
                replicas: -1,
                ordinalsStart: 0.5,
                ports: [],
                clusterDomain: "cluster.local.",
                readyTimeoutMinutes: 0,
                claims: [
                    { name: "Data", size: "0", accessModes: [], storageClassName: "a b" },
                    claim,
                    claim,
                ],
            }),
            [
                `name = "${"a".repeat(53)}": give at most 52 characters`,
                "replicas = -1: give a whole number from 0 to 1000",
                "ordinalsStart = 0.5: give a whole number from 0 to 1000000",
                "ports = []: give at least one port",
                'clusterDomain = "cluster.local.": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
                "readyTimeoutMinutes = 0: give a whole number from 1 to 10080",
                'claims[0].name = "Data": give 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit',
                'claims.Data.size = "0": give a Kubernetes quantity above 0, such as 10Gi',
                'claims.Data.storageClassName = "a b": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
                "claims.Data.accessModes = []: give at least one access mode",
                'claims[2].name = "data": give each claim a name of its own',
            ],
        );
    });

    it("name each port once, as Pods name theirs", () => {
        const name = "give 1 to 15 of a-z, 0-9 and -, at least one of them a letter";
        assert.deepEqual(
            problems({
                ports: [
                    { name: "x", port: 65536, targetPort: 0 },
                    { name: "x", port: 1 },
                    { name: "a-name-too-long-", port: 1 },
                    { name: "80", port: 80 },
                ],
            }),
            [
                "ports[0].port = 65536: give a whole number from 1 to 65535",
                "ports[0].targetPort = 0: give a whole number from 1 to 65535",
                'ports[1].name = "x": give each port a name of its own',
                `ports[2].name = "a-name-too-long-": ${name}`,
                `ports[3].name = "80": ${name}`,
            ],
        );
    });

    it("have labels that Kubernetes takes", () => {
        assert.deepEqual(problems({ labels: { "a b": "x", team: "a b" } }), [
            'labels.a b = "a b": give [prefix/]name, the name 1 to 63 of letters, digits, -, _ and .',
            'labels.team = "a b": give at most 63 of letters, digits, -, _ and ., beginning and ending with a letter or a digit',
        ]);
    });

    it("name the Service for clients otherwise than the headless one", () => {
        assert.deepEqual(problems({ clientService: { name: "redis" } }), [
            'clientService.name = "redis": give another name: the headless Service has this one',
        ]);
        assert.deepEqual(problems({ clientService: { name: "Redis" } }), [
            'clientService.name = "Redis": give 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit',
        ]);
    });

    it("give a partition and maxUnavailable only to a RollingUpdate, and such as have a meaning", () => {
        const strategy = (value: unknown) =>
            problems({ updateStrategy: value as StatefulServiceArgs["updateStrategy"] });
        const leaveOut = "leave it out, or set type to RollingUpdate: OnDelete replaces no Pods";
        const amount = "give a whole number from 1 to 1000, or a percentage from 1% to 100%";
        assert.deepEqual(strategy({ type: "OnDelete", partition: 1, maxUnavailable: 1 }), [
            `updateStrategy.partition = 1: ${leaveOut}`,
            `updateStrategy.maxUnavailable = 1: ${leaveOut}`,
        ]);
        assert.deepEqual(strategy({ type: "OnDelete", waitForUpdate: true }), []);
        assert.deepEqual(strategy({ type: "RollingUpdate", waitForUpdate: true }), [
            "updateStrategy.waitForUpdate = true: leave it out, or set type to OnDelete: RollingUpdate waits by itself",
        ]);
        assert.deepEqual(strategy({ type: "Recreate" }), [
            'updateStrategy.type = "Recreate": give one of RollingUpdate, OnDelete',
        ]);
        assert.deepEqual(strategy({ type: "RollingUpdate", partition: -1 }), [
            "updateStrategy.partition = -1: give a whole number from 0 to 1000000",
        ]);
        for (const maxUnavailable of [0, 1.5, "0%", "101%", "2", "half"]) {
            assert.deepEqual(strategy({ type: "RollingUpdate", maxUnavailable }), [
                `updateStrategy.maxUnavailable = ${JSON.stringify(maxUnavailable)}: ${amount}`,
            ]);
        }
    });

    it("say one thing of how many Pods may be taken away", () => {
        const budget = (value: unknown) =>
            problems({ podDisruptionBudget: value as StatefulServiceArgs["podDisruptionBudget"] });
        const either = 'give either maxUnavailable or minAvailable, or "none"';
        assert.deepEqual(budget({}), [`podDisruptionBudget = {}: ${either}`]);
        assert.deepEqual(budget({ maxUnavailable: 1, minAvailable: 1 }), [
            `podDisruptionBudget = {"maxUnavailable":1,"minAvailable":1}: ${either}`,
        ]);
        assert.deepEqual(budget({ minAvailable: -1 }), [
            "podDisruptionBudget.minAvailable = -1: give a whole number from 0 to 1000, or a percentage from 0% to 100%",
        ]);
        assert.deepEqual(budget({ maxUnavailable: "x" }), [
            'podDisruptionBudget.maxUnavailable = "x": give a whole number from 0 to 1000, or a percentage from 0% to 100%',
        ]);
    });

    it("choose only from what there is", () => {
        const odd = {
            podManagementPolicy: "Serial",
            claimRetention: { whenDeleted: "Keep", whenScaled: "Drop" },
            clientService: { type: "ExternalName" },
            spread: {
                antiAffinity: "always",
                topologyKeys: ["rack", "rack", "a b"],
                whenUnsatisfiable: "Never",
            },
        } as unknown as Partial<StatefulServiceArgs>;
        assert.deepEqual(problems(odd), [
            'claimRetention.whenDeleted = "Keep": give one of Retain, Delete',
            'claimRetention.whenScaled = "Drop": give one of Retain, Delete',
            'clientService.type = "ExternalName": give one of ClusterIP, NodePort, LoadBalancer',
            'podManagementPolicy = "Serial": give one of Parallel, OrderedReady',
            'spread.antiAffinity = "always": give one of required, preferred, none',
            'spread.topologyKeys[1] = "rack": name each label once',
            'spread.topologyKeys[2] = "a b": give [prefix/]name, the name 1 to 63 of letters, digits, -, _ and .',
            'spread.whenUnsatisfiable = "Never": give one of ScheduleAnyway, DoNotSchedule',
        ]);
    });
});
