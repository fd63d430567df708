import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareNfsServer } from "../../commands/nfsServer";

describe("a project's nfs-server.sh", () => {
    let directory: string;
    let exportDirectory: string;

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "nfs-server-"));
        exportDirectory = join(directory, "export");
        mkdirSync(exportDirectory);
    });
    afterEach(() => {
        rmSync(directory, { recursive: true });
    });

    function write(script: string): void {
        writeFileSync(join(directory, "nfs-server.sh"), script);
    }

    it("is run on the sandbox's export", () => {
        write('touch "$1/made"');
        prepareNfsServer(directory, { exportDirectory });
        assert.deepEqual(readdirSync(exportDirectory), ["made"]);
    });

    it("is left to the administrator of any other cluster", () => {
        write("exit 1");
        prepareNfsServer(directory, {});
    });

    it("need not be there", () => {
        prepareNfsServer(directory, { exportDirectory });
        assert.deepEqual(readdirSync(exportDirectory), []);
    });

    it("says why when it fails", () => {
        write("echo 'no space' >&2; exit 3");
        assert.throws(() => prepareNfsServer(directory, { exportDirectory }), {
            name: "UserError",
            message: `${join(directory, "nfs-server.sh")} ${exportDirectory} failed: no space`,
        });
    });

    it("of the example static-volumes makes what its program lists, and may run twice", () => {
        const example = join(__dirname, "../../examples/static-volumes");
        prepareNfsServer(example, { exportDirectory });
        prepareNfsServer(example, { exportDirectory });
        const made = join(exportDirectory, "static-volumes");
        assert.deepEqual(readdirSync(made).sort(), [
            "large",
            "ledger",
            "shared",
            "small-1",
            "small-2",
            "tiny",
        ]);
        assert.equal(statSync(join(made, "tiny")).mode & 0o7777, 0o777);
    });
});
