import {
    checkDnsLabel,
    checkDnsSubdomain,
    checkImage,
    checkLabelKey,
    checkOneLine,
    checkSize,
    checkWhole,
    labelsProblems,
    oneOf,
    resourcesProblems,
    tolerationsProblems,
} from "../checks";
import type { NameOf } from "../declared";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import type { MysqlClusterArgs } from "./args";
import { mysqlDefaults } from "./args";
import { collations } from "./collations";
import { leastMemory, podMemory } from "./memory";
import { settingsProblems } from "./mysqldSettings";
import { withDefaults } from "./withDefaults";
import { roleProblems } from "./roleProblems";
import { imageVersion, isAtLeast, oldestVersion, parseVersion, versionOf } from "./version";

const accessModes = ["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"];
const systemDatabases = ["mysql", "sys", "information_schema", "performance_schema"];

/** Everything that is wrong with the plain arguments; values not known yet are Kubernetes' to judge. */
export function mysqlProblems(args: MysqlClusterArgs): Problem[] {
    const nameOf = args.nameOf ?? ((field: string) => field);
    return [
        ...podProblems(args, nameOf),
        ...roleProblems(args, nameOf),
        ...serverProblems(args, nameOf),
    ];
}

function podProblems(args: MysqlClusterArgs, nameOf: NameOf): Problem[] {
    const full = withDefaults(args);
    const { name, pods, existingSecretName, storageClassName } = full;
    return [
        ...problemIf(
            "name",
            name,
            name.length > 40 ? "give at most 40 characters" : checkDnsLabel(name),
        ),
        ...problemIf("pods", pods, checkWhole(pods, 1, 15)),
        ...problemIf("image", full.image, checkImage(full.image)),
        ...(typeof storageClassName === "string"
            ? problemIf("storageClassName", storageClassName, checkDnsSubdomain(storageClassName))
            : []),
        ...problemIf("storageSize", full.storageSize, checkSize(full.storageSize)),
        ...problemIf("accessMode", full.accessMode, oneOf(accessModes)(full.accessMode)),
        ...resourcesProblems("resources", full.resources),
        ...memoryProblems(full.resources, nameOf),
        ...full.imagePullSecrets.flatMap((secret, index) =>
            problemIf(`imagePullSecrets[${index}]`, secret, checkDnsSubdomain(secret)),
        ),
        ...labelsProblems("nodeSelector", full.nodeSelector),
        ...tolerationsProblems("tolerations", full.tolerations),
        ...problemIf(
            "antiAffinity",
            full.antiAffinity,
            oneOf(["required", "preferred", "none"])(full.antiAffinity),
        ),
        ...full.topologySpread.flatMap((key, index) =>
            problemIf(`topologySpread[${index}]`, key, checkLabelKey(key)),
        ),
        ...labelsProblems("labels", full.labels),
        ...(existingSecretName === undefined
            ? []
            : problemIf(
                  "existingSecretName",
                  existingSecretName,
                  checkDnsSubdomain(existingSecretName),
              )),
        ...problemIf("clusterDomain", full.clusterDomain, checkDnsSubdomain(full.clusterDomain)),
        ...problemIf(
            "lagBoundSeconds",
            full.lagBoundSeconds,
            checkWhole(full.lagBoundSeconds, 5, 86400),
        ),
        ...problemIf(
            "terminationGracePeriodSeconds",
            full.terminationGracePeriodSeconds,
            checkWhole(full.terminationGracePeriodSeconds, 30, 3600),
        ),
        ...problemIf(
            "readyTimeoutMinutes",
            full.readyTimeoutMinutes,
            checkWhole(full.readyTimeoutMinutes, 1, 10080),
        ),
    ];
}

function memoryProblems(
    resources: ReturnType<typeof withDefaults>["resources"],
    nameOf: NameOf,
): Problem[] {
    const memory = podMemory(resources);
    return memory === undefined || memory >= leastMemory
        ? []
        : [
              {
                  field:
                      resources.limits?.memory === undefined
                          ? "resources.requests.memory"
                          : "resources.limits.memory",
                  value: resources.limits?.memory ?? resources.requests?.memory,
                  message: `give ${nameOf("resources")} at least 512Mi of memory: MySQL doesn't run in less`,
              },
          ];
}

function serverProblems(args: MysqlClusterArgs, nameOf: NameOf): Problem[] {
    const full = withDefaults(args);
    const { databaseName, userName, binlogExpiryDays, maxConnections, initConnect } = full;
    const version = versionOf(full.image, args.version);
    return [
        ...versionProblems(args, nameOf),
        ...problemIf("databaseName", databaseName, checkDatabaseName(databaseName)),
        ...problemIf("userName", userName, checkUserName(userName)),
        ...textProblems(args, nameOf),
        ...problemIf("timeZone", full.timeZone, checkTimeZone(full.timeZone)),
        ...problemIf("binlogExpiryDays", binlogExpiryDays, checkWhole(binlogExpiryDays, 1, 99)),
        ...problemIf("maxConnections", maxConnections, checkWhole(maxConnections, 10, 100000)),
        ...(initConnect === undefined
            ? []
            : problemIf("initConnect", initConnect, checkInitConnect(initConnect))),
        ...(version === undefined ? [] : settingsProblems(full.mysqldSettings, version, nameOf)),
    ];
}

/** The series must be known: it decides which settings there are. */
function versionProblems(
    { image = mysqlDefaults.image, version }: MysqlClusterArgs,
    nameOf: NameOf,
): Problem[] {
    const tagged = imageVersion(image);
    if (version === undefined) {
        if (tagged === undefined) {
            return [
                {
                    field: "version",
                    value: undefined,
                    message: `give the series, such as 9.7, since the tag of ${nameOf("image")} ${JSON.stringify(image)} doesn't say it`,
                },
            ];
        }
        return isAtLeast(tagged, oldestVersion)
            ? []
            : [
                  {
                      field: "image",
                      value: image,
                      message: `give MySQL ${oldestVersion} or later`,
                  },
              ];
    }
    const given = parseVersion(version);
    if (given === undefined) {
        return [{ field: "version", value: version, message: "give a series such as 9.7" }];
    }
    if (!isAtLeast(given, oldestVersion)) {
        return [
            {
                field: "version",
                value: version,
                message: `give ${oldestVersion} or a later series`,
            },
        ];
    }
    return tagged !== undefined && (tagged.major !== given.major || tagged.minor !== given.minor)
        ? [
              {
                  field: "version",
                  value: version,
                  message: `leave it out or bring it in line with ${nameOf("image")} ${JSON.stringify(image)}`,
              },
          ]
        : [];
}

function textProblems(args: MysqlClusterArgs, nameOf: NameOf): Problem[] {
    const { characterSet, collation } = withDefaults(args);
    const known = collations.get(characterSet);
    if (known === undefined) {
        return [
            {
                field: "characterSet",
                value: characterSet,
                message: "give a character set of MySQL, such as utf8mb4",
            },
        ];
    }
    // Clients can't speak these, and the server refuses them as its own.
    if (["ucs2", "utf16", "utf16le", "utf32"].includes(characterSet)) {
        return [
            {
                field: "characterSet",
                value: characterSet,
                message: "give utf8mb4: clients can't use this one",
            },
        ];
    }
    return known.includes(collation)
        ? []
        : [
              {
                  field: "collation",
                  value: collation,
                  message: `give a collation of ${nameOf("characterSet")} ${characterSet}, such as ${known.slice(0, 3).join(", ")}`,
              },
          ];
}

function checkDatabaseName(value: string): string | undefined {
    if (systemDatabases.includes(value.toLowerCase())) {
        return "give another name: MySQL has this database for itself";
    }
    return /^[A-Za-z0-9_$-]{1,64}$/.test(value)
        ? undefined
        : "give 1 to 64 letters, digits, _, $ and -";
}

function checkUserName(value: string): string | undefined {
    if (value === "root" || value.startsWith("mysql.") || value.startsWith("cluster_")) {
        return "give another name: this one belongs to MySQL or to this program";
    }
    return /^[A-Za-z0-9_.$-]{1,32}$/.test(value)
        ? undefined
        : "give 1 to 32 letters, digits, _, ., $ and -";
}

/** https://dev.mysql.com/doc/refman/9.7/en/time-zone-support.html gives the range. */
function checkTimeZone(value: string): string | undefined {
    const groups = /^(?<sign>[+-])(?<hours>\d\d):(?<minutes>[0-5]\d)$/.exec(value)?.groups;
    const minutes =
        groups === undefined
            ? NaN
            : Number(`${groups.sign}1`) * (Number(groups.hours) * 60 + Number(groups.minutes));
    return value === "SYSTEM" || (minutes >= -(13 * 60 + 59) && minutes <= 14 * 60)
        ? undefined
        : "give SYSTEM or an offset from -13:59 to +14:00, such as +08:00";
}

function checkInitConnect(value: string): string | undefined {
    const notOneLine = checkOneLine(value);
    if (notOneLine !== undefined) {
        return notOneLine;
    }
    if (Buffer.byteLength(value) > 2000) {
        return "give at most 2000 bytes";
    }
    return setsTheSessionAlone(value)
        ? undefined
        : "give SET statements of session variables alone: a statement that fails for an account ends its connection, the probes' too";
}

/** It runs for every account but administrators, on replicas too, so it may neither read nor write data. */
function setsTheSessionAlone(sql: string): boolean {
    const plain = sql.replace(/'([^'\\]|\\.)*'|"([^"\\]|\\.)*"/g, "text");
    const statements = plain.split(";").map((each) => each.trim());
    return (
        statements.every((each) => each === "" || /^set\s/i.test(each)) &&
        !/['"]|\b(global|persist|persist_only|password|role|select|sql_log_bin)\b/i.test(plain)
    );
}
