import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PodDefaults } from "../../components/stateful/podDefaults";
import { withPodDefaults } from "../../components/stateful/podDefaults";
import { valueOf } from "../mocks";

type Spec = Parameters<typeof withPodDefaults>[0];

const matchLabels = { app: "web" };
const none: PodDefaults["spread"] = { antiAffinity: "none", topologyKeys: [] };

/** What the spec becomes once all of it is known. */
function completed(spec: Spec, defaults: Partial<PodDefaults> = {}) {
    const all: PodDefaults = {
        restricted: true,
        spread: none,
        matchLabels,
        ...defaults,
    };
    return valueOf(pulumi.output(withPodDefaults(spec, all)));
}

const hardened = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
};
const restricted = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
const known = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("A Pod's defaults", () => {
    it("are what Pod Security restricted asks for, in every container", async () => {
        const spec = { containers: [{ name: "a" }], initContainers: [{ name: "b" }] };
        assert.deepEqual(known(await completed(spec)), {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: restricted,
            initContainers: [{ name: "b", securityContext: hardened }],
            containers: [{ name: "a", securityContext: hardened }],
        });
    });

    it("give way, each by itself, to what the spec says", async () => {
        const spec = {
            automountServiceAccountToken: true,
            enableServiceLinks: true,
            securityContext: { runAsNonRoot: false, runAsUser: 0 },
            containers: [
                {
                    name: "a",
                    securityContext: {
                        readOnlyRootFilesystem: false,
                        capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
                    },
                },
            ],
        };
        assert.deepEqual(known(await completed(spec)), {
            automountServiceAccountToken: true,
            enableServiceLinks: true,
            securityContext: { ...restricted, runAsNonRoot: false, runAsUser: 0 },
            containers: [
                {
                    name: "a",
                    securityContext: {
                        allowPrivilegeEscalation: false,
                        readOnlyRootFilesystem: false,
                        capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
                    },
                },
            ],
        });
    });

    it("are left out where they are not wanted", async () => {
        const spec = { containers: [{ name: "a" }], initContainers: [{ name: "b" }] };
        assert.deepEqual(known(await completed(spec, { restricted: false })), spec);
    });

    it("reach what is an output, wherever it is one", async () => {
        const container = pulumi.output({ name: "a", securityContext: { runAsUser: 7 } });
        const expected = {
            ...hardened,
            runAsUser: 7,
        };
        for (const spec of [
            pulumi.output({ containers: [container] }),
            Promise.resolve({ containers: [container] }),
            { containers: pulumi.output([container]) },
            { containers: [container] },
            { containers: [{ name: "a", securityContext: pulumi.output({ runAsUser: 7 }) }] },
        ]) {
            const { containers } = known(await completed(spec)) as { containers: unknown };
            assert.deepEqual(containers, [{ name: "a", securityContext: expected }]);
        }
        const { securityContext } = await completed({
            containers: [],
            securityContext: pulumi.output({ fsGroup: 7 }),
        });
        assert.deepEqual(securityContext, { ...restricted, fsGroup: 7 });
    });

    it("leave known what is known while other parts of the spec are not", () => {
        const later = new Promise<string>(() => undefined);
        const spec = withPodDefaults(
            { containers: [{ name: "a", image: later }] },
            { restricted: true, spread: undefined, matchLabels },
        );
        assert.ok("containers" in spec && Array.isArray(spec.containers));
    });

    it("keep Pods apart as told, unless the spec says how", async () => {
        const labelSelector = { matchLabels };
        const spreadOver = (topologyKey: string, whenUnsatisfiable = "ScheduleAnyway") => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable,
            labelSelector,
        });
        const placed = async (spread: PodDefaults["spread"], spec = {}) =>
            known(
                await completed({ containers: [], ...spec }, { restricted: false, spread }),
            ) as Record<string, unknown>;
        assert.deepEqual(await placed(undefined), {
            containers: [],
            topologySpreadConstraints: [spreadOver("kubernetes.io/hostname")],
        });
        const strict: PodDefaults["spread"] = {
            antiAffinity: "required",
            topologyKeys: ["zone", "rack"],
            whenUnsatisfiable: "DoNotSchedule",
        };
        const term = { topologyKey: "kubernetes.io/hostname", labelSelector };
        const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
        const topologySpreadConstraints = [
            spreadOver("zone", "DoNotSchedule"),
            spreadOver("rack", "DoNotSchedule"),
        ];
        assert.deepEqual(await placed(strict), {
            containers: [],
            affinity: { podAntiAffinity },
            topologySpreadConstraints,
        });
        assert.deepEqual(await placed(none), { containers: [] });
        assert.deepEqual(
            (await placed({ antiAffinity: "preferred", topologyKeys: [] }))["affinity"],
            {
                podAntiAffinity: {
                    preferredDuringSchedulingIgnoredDuringExecution: [
                        { weight: 100, podAffinityTerm: term },
                    ],
                },
            },
        );

        const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: {} };
        for (const affinity of [{ nodeAffinity }, pulumi.output({ nodeAffinity })]) {
            assert.deepEqual((await placed(strict, { affinity }))["affinity"], {
                podAntiAffinity,
                nodeAffinity,
            });
        }
        const own = {
            affinity: { podAntiAffinity: {} },
            topologySpreadConstraints: [spreadOver("mine")],
        };
        assert.deepEqual(await placed(strict, own), { containers: [], ...own });
    });
});
