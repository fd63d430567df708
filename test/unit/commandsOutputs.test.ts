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

    it("give two lines to paste, for the stack and the cluster that were brought up", () => {
        const own = linesToPaste({ stackName: "sandbox", help: false });
        assert.match(own.write, /^npm run --silent sql -- primary 'CREATE TABLE .* INSERT .*'$/);
        assert.match(own.read, /^npm run --silent sql -- read 'SELECT id, words, .*'$/);
        const other = linesToPaste({ context: "kind-a", stackName: "dev", help: false });
        assert.equal(other.read, `${own.read} --context kind-a --stack dev`);
    });

    it("give no lines when the stack is another program's", () => {
        assert.equal(endpointsOf({ namespace: outputs.namespace }), undefined);
    });
});
