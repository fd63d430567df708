import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { MysqlClusterArgs } from "../../components/mysqlCluster";
import { MysqlCluster } from "../../components/mysqlCluster";
import { runUnderMocks } from "../mocks";

/** Of the name mysql; `live` is what the API server has. */
export function cluster(args: Partial<MysqlClusterArgs> = {}, live = {}) {
    return runUnderMocks(
        () =>
            new MysqlCluster("mysql", {
                namespace: pulumi.output("db"),
                adoptingProvider: new k8s.Provider("adopting"),
                ...args,
            }),
        { live },
    );
}

export type Run = Awaited<ReturnType<typeof cluster>>;
