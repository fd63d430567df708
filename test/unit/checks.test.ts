import * as assert from "node:assert/strict";
import * as checks from "../../components/checks";
import { uniqueName } from "../../components/names";
import { assertNoProblems, describeProblem } from "../../components/problem";

describe("Checks of what Kubernetes would refuse", () => {
    const table: [string, checks.Check, string[], string[]][] = [
        [
            "DNS label",
            checks.checkDnsLabel,
            ["a", "a-1", "1", "a".repeat(63)],
            ["", "A", "-a", "a-", "a.b", "a".repeat(64)],
        ],
        [
            "DNS subdomain",
            checks.checkDnsSubdomain,
            ["a", "a.b-c.d"],
            ["", ".a", "a.", "a..b", "A.b", `${"a.".repeat(127)}`],
        ],
        [
            "label key",
            checks.checkLabelKey,
            ["app", "example.com/app_1.x"],
            ["", "/a", "a/", "a/b/c", "-a", "ä", "a".repeat(64)],
        ],
        [
            "label value",
            checks.checkLabelValue,
            ["", "a", "A_b.c-1"],
            ["-", "a b", "a/b", "a".repeat(64)],
        ],
        [
            "size",
            checks.checkSize,
            ["1", "10Gi", "1.5Ti", "1e9"],
            ["", "0", "0Gi", "10GB", "-1Gi", "ten", "1 Gi"],
        ],
        [
            "image",
            checks.checkImage,
            [
                "mysql:9.7.1",
                "docker.io/library/mysql:9.7.1",
                "r.example.com:5000/a/b:v1",
                `mysql@sha256:${"a".repeat(64)}`,
            ],
            [
                "",
                "mysql",
                "mysql:",
                "r.example.com:5000/mysql",
                "MySQL:9",
                "mysql:9 7",
                "mysql@sha256:abc",
            ],
        ],
    ];
    for (const [what, check, fine, wrong] of table) {
        it(`tell a good ${what} from a bad one`, () => {
            assert.deepEqual(
                fine.filter((value) => check(value) !== undefined),
                [],
            );
            assert.deepEqual(
                wrong.filter((value) => check(value) === undefined),
                [],
            );
        });
    }

    it("read quantities as Kubernetes does", () => {
        const read = ["1", "250m", "1k", "1Ki", "1.5Gi", ".5", "2e3", "1E", "5."].map(
            checks.parseQuantity,
        );
        assert.deepEqual(read, [1, 0.25, 1000, 1024, 1610612736, 0.5, 2000, 1e18, 5]);
        assert.deepEqual(
            ["", "x", "1KB", "1 k", "-1"].map(checks.parseQuantity),
            Array(5).fill(undefined),
        );
    });

    it("find requests above limits and amounts that are none", () => {
        const problems = checks.resourcesProblems("resources", {
            requests: { cpu: "2", memory: "1Gi", "example.com/gpu": "one" },
            limits: { cpu: "1500m", memory: "1024Mi" },
        });
        assert.deepEqual(
            problems.map((problem) => describeProblem(problem)),
            [
                'resources.requests.example.com/gpu = "one": give a Kubernetes quantity, such as 250m or 512Mi',
                'resources.requests.cpu = "2": lower it to the limit 1500m or raise the limit',
            ],
        );
    });

    it("find tolerations that Kubernetes would refuse", () => {
        const problems = checks.tolerationsProblems("tolerations", [
            { key: "dedicated", value: "db", effect: "NoSchedule" },
            { operator: "Exists" },
            { key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
            {},
            { key: "a b", operator: "In", effect: "Never" },
            { key: "a", operator: "Exists", value: "x", tolerationSeconds: 1 },
        ]);
        assert.deepEqual(
            problems.map((problem) => describeProblem(problem)),
            [
                "tolerations[3].key = (empty): give a key, or operator Exists to tolerate every taint",
                'tolerations[4].key = "a b": give [prefix/]name, the name 1 to 63 of letters, digits, -, _ and .',
                'tolerations[4].operator = "In": give one of Equal, Exists',
                'tolerations[4].effect = "Never": give one of NoSchedule, PreferNoSchedule, NoExecute',
                'tolerations[5].value = "x": leave the value out: operator Exists takes none',
                "tolerations[5].tolerationSeconds = 1: set effect to NoExecute or leave tolerationSeconds out",
            ],
        );
    });

    it("find bad keys and values of labels", () => {
        const problems = checks.labelsProblems("labels", { ok: "yes", "a b": "x", c: "d e" });
        assert.deepEqual(
            problems.map(({ field, value }) => [field, value]),
            [
                ["labels.a b", "a b"],
                ["labels.c", "d e"],
            ],
        );
    });
});

describe("Problems", () => {
    it("are thrown together, one line each, and not at all when there are none", () => {
        assert.doesNotThrow(() => {
            assertNoProblems("X", []);
        });
        assert.throws(() => {
            assertNoProblems("X x", [
                { field: "a", value: "", message: "give one" },
                { field: "b", value: 16, message: "give 1 to 15" },
            ]);
        }, /^Error: X x:\n {2}a = \(empty\): give one\n {2}b = 16: give 1 to 15$/);
    });
});

describe("A unique name", () => {
    it("is the parts, joined, where that is a DNS label", () => {
        assert.equal(uniqueName(["nfs", "mysql-nfs", "dev"]), "nfs-mysql-nfs-dev");
    });

    it("is mended and told apart by a hash where it is not", () => {
        assert.equal(uniqueName(["mysql-nfs", "Dev_1"]), "mysql-nfs-dev-1-69648331");
        const long = "a".repeat(100);
        const stacks = ["Prod", "prod", "prod_1", "prod.1", "prod-", long, `${long}a`];
        const names = stacks.map((stack) => uniqueName(["mysql-nfs", stack]));
        assert.equal(new Set(names).size, stacks.length);
        assert.ok(names.every((name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)));
    });

    it("tells stacks apart whose parts are the same when joined", () => {
        const same = [
            ["nfs", "shop-dev", "eu"],
            ["nfs", "shop", "dev-eu"],
            ["nfs-shop", "dev", "eu"],
            ["nfs-shop-dev", "eu", "eu"],
        ];
        assert.deepEqual(
            same.map((parts) => uniqueName(parts).replace(/[0-9a-f]{8}$/, "#")),
            ["nfs-shop-dev-eu", "nfs-shop-dev-eu-#", "nfs-shop-dev-eu-#", "nfs-shop-dev-eu-eu-#"],
        );
        assert.equal(new Set(same.map((parts) => uniqueName(parts))).size, same.length);
    });
});
