import assert from "node:assert/strict";
import { endpointsOf, linesToPaste, outputLines } from "../../commands/outputs";

const outputs = {
    namespace: { value: "mysql", secret: false },
    primaryDnsName: { value: "mysql-primary.mysql.svc.cluster.local", secret: false },
    readEndpoint: { value: "mysql-read.mysql.svc.cluster.local:3306", secret: false },
    podDnsNames: { value: ["mysql-0.mysql.mysql.svc", "mysql-1.mysql.mysql.svc"], secret: false },
    credentialsSecretName: { value: "creds", secret: false },
    databaseName: { value: "app", secret: false },
    userName: { value: "user", secret: false },
    password: { value: "hidden", secret: true },
};

describe("the outputs of a stack", () => {
    it("are aligned, lists one line an item, secrets unseen", () => {
        const { password, podDnsNames, namespace } = outputs;
        assert.deepEqual(outputLines({ password, podDnsNames, namespace }), [
            "  namespace    mysql",
            "  password     [secret]",
            "  podDnsNames  mysql-0.mysql.mysql.svc",
            "               mysql-1.mysql.mysql.svc",
        ]);
    });

    it("give two lines to paste, with the password in neither", () => {
        const endpoints = endpointsOf(outputs);
        assert.ok(endpoints !== undefined);
        const { write, read } = linesToPaste("kubectl --kubeconfig K", endpoints);
        const start =
            "kubectl --kubeconfig K -n mysql get secret creds -o jsonpath={.data.password} | base64 -d | " +
            "kubectl --kubeconfig K -n mysql exec -i mysql-0 -c mysqld -- bash -c 'p=$(cat); ";
        assert.ok(write.startsWith(start), write);
        assert.match(write, / -h mysql-primary -u user -t app .*INSERT INTO greetings/);
        assert.ok(read.startsWith(start), read);
        assert.match(read, / -h mysql-read -u user -t app .*SELECT id, words/);
        assert.doesNotMatch(write + read, /hidden/);
    });

    it("give no lines when the stack is another program's", () => {
        assert.equal(endpointsOf({ namespace: outputs.namespace }), undefined);
    });
});
