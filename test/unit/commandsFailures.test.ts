import assert from "node:assert/strict";
import type { Failure } from "../../commands/failures";
import { failureMessage } from "../../commands/failures";

function message(failure: Partial<Failure>): string {
    return failureMessage({
        stackName: "sandbox",
        programFailure: undefined,
        faults: [],
        engineWords: "",
        error: new Error("pulumi up ended with code 1"),
        ...failure,
    });
}

describe("the message of a failed run", () => {
    it("names PULUMI_CONFIG_PASSPHRASE when it is wrong", () => {
        const engineWords =
            "error: could not deserialize deployment: failed to decrypt: incorrect passphrase";
        assert.equal(
            message({ engineWords }),
            'PULUMI_CONFIG_PASSPHRASE is not the passphrase of stack "sandbox". Set it (or ' +
                "PULUMI_CONFIG_PASSPHRASE_FILE) to the one the stack was made with, or unset it for " +
                "the sandbox's own. Nothing was changed.",
        );
    });

    it("is a refused setting's own words, without a stack trace", () => {
        const faults = [
            {
                resource: "",
                message: "Unhandled exception: Error: mysqlPods is 0\n    at settings.ts:1",
            },
            { resource: "", message: "mysqlPods is 0" },
        ];
        assert.equal(
            message({ programFailure: new Error("mysqlPods is 0"), faults }),
            "mysqlPods is 0",
        );
    });

    it("gives each different error once, with its resource", () => {
        const faults = [
            { resource: "StatefulSet mysql", message: "0 of 3 Pods ready" },
            { resource: "StatefulSet mysql", message: "0 of 3 Pods ready" },
            { resource: "Stack mysql-nfs-dev", message: "update failed" },
            { resource: "", message: "Unhandled exception: Error: lost\n    at x (/a.ts:1:2)" },
            { resource: "", message: "lost" },
        ];
        assert.equal(message({ faults }), "StatefulSet mysql: 0 of 3 Pods ready\nlost");
    });

    it("leaves out how the engine came to a refusal, and says what to do about what is missing", () => {
        const faults = [
            {
                resource: "StatefulSet mysql",
                message: 'Preview failed: before hook "guard" failed: mysqlPods = 3: no',
            },
            { resource: "Secret creds", message: "Preview failed: resource 'db/x' does not exist" },
        ];
        assert.equal(
            message({ faults }),
            "StatefulSet mysql: mysqlPods = 3: no\n" +
                "Secret creds: resource 'db/x' does not exist. Create it, or correct the setting that names it",
        );
    });

    it("says how to lift a protection, once for all that it kept", () => {
        const told = (name: string) =>
            `resource "urn:pulumi:dev::p::t::${name}" cannot be deleted\n` +
            "because it is protected. To unprotect the resource, either remove the `protect` flag";
        const faults = [
            { resource: "StorageClass nfs", message: `Preview failed: ${told("nfs")}` },
            { resource: "StatefulSet mysql", message: told("mysql") },
            { resource: "", message: "preview failed" },
        ];
        assert.equal(
            message({ faults }),
            "StatefulSet mysql, StorageClass nfs: protected from being deleted, since data hangs on " +
                "it. Nothing was changed. To delete it all the same, set protect to false (in " +
                "Pulumi.sandbox.yaml, or by pulumi config set protect false), bring the stack up, " +
                "and run this again.",
        );
    });

    it("says what to do about a claim from before that can't be as it is asked for", () => {
        const remedyOf = (reason: string) =>
            message({ faults: [{ resource: "", message: reason }] }).slice(reason.length);
        assert.equal(
            remedyOf("only dynamically provisioned pvc can be resized and its class must allow it"),
            ". The claim is from before and its StorageClass doesn't let volumes grow: set storageSize to the size that it has",
        );
        for (const floor of ["previous value", "status.capacity"]) {
            assert.equal(
                remedyOf(`spec.resources: Forbidden: field can not be less than ${floor}`),
                ". The claim is larger, and a volume can't shrink: set storageSize to the size that it has",
            );
        }
        assert.equal(
            remedyOf("spec: Forbidden: spec is immutable after creation except resources.requests"),
            ". The claim is from before: set the StorageClass and the access mode to those that it has, or delete it if its data may go",
        );
    });

    it("falls back on what the command line printed", () => {
        const engineWords = "Updating\nerror: no space left on device\nerror: update failed";
        assert.equal(message({ engineWords }), "no space left on device");
    });

    it("says how to go on when another run holds the stack", () => {
        assert.equal(
            message({ engineWords: "error: the stack is currently locked by 1 lock(s)." }),
            'Stack "sandbox" is being changed by another run. Wait for its end; if no run is there ' +
                "any more, remove its lock: npm run cancel",
        );
    });
});
