import assert from "node:assert/strict";
import { selectContext } from "../../commands/kubeconfig";

const first = {
    path: "/home/me/.kube/config",
    content: {
        "current-context": "other",
        contexts: [{ name: "dev", context: { cluster: "c", user: "u", namespace: "n" } }],
        clusters: [
            {
                name: "c",
                cluster: { server: "https://dev:6443", "certificate-authority": "ca.crt" },
            },
        ],
    },
};
const second = {
    path: "/etc/kube/users",
    content: {
        contexts: [{ name: "dev", context: { cluster: "wrong", user: "wrong" } }],
        users: [
            { name: "u", user: { "client-key": "keys/u.key", exec: { command: "bin/login" } } },
        ],
    },
};

describe("a kube-context", () => {
    it("is picked out of several files and stands alone", () => {
        assert.deepEqual(selectContext([first, second], "dev"), {
            server: "https://dev:6443",
            proxied: false,
            kubeconfig: {
                apiVersion: "v1",
                kind: "Config",
                "current-context": "dev",
                contexts: [{ name: "dev", context: { cluster: "c", user: "u", namespace: "n" } }],
                clusters: [
                    {
                        name: "c",
                        cluster: {
                            server: "https://dev:6443",
                            "certificate-authority": "/home/me/.kube/ca.crt",
                        },
                    },
                ],
                users: [
                    {
                        name: "u",
                        user: {
                            "client-key": "/etc/kube/keys/u.key",
                            exec: { command: "/etc/kube/bin/login" },
                        },
                    },
                ],
            },
        });
    });

    it("that is not there is refused with those that are", () => {
        assert.throws(() => selectContext([first, second], "prod"), {
            name: "UserError",
            message:
                '--context "prod": no such context in /home/me/.kube/config, /etc/kube/users. ' +
                "Known contexts: dev.",
        });
    });

    it("is refused with a hint when there is no kubeconfig at all", () => {
        assert.throws(() => selectContext([], "prod"), {
            message:
                '--context "prod": no such context in no kubeconfig file. ' +
                "Set KUBECONFIG to the file that holds it.",
        });
    });

    it("without a server is refused", () => {
        const broken = { path: "k", content: { contexts: [{ name: "a", context: {} }] } };
        assert.throws(() => selectContext([broken], "a"), {
            message:
                '--context "a": its cluster "" has no server in k. ' +
                "Correct that file or name another context.",
        });
    });
});
