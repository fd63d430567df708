/** Where things are in a Pod. The shell scripts have the same places in scripts/common.sh. */
export const paths = {
    /** The volume; the data directory is `data` in it, so that it can come into being by a rename. */
    volume: "/var/lib/mysql",
    config: "/etc/mysql-cluster",
    scripts: "/opt/mysql-cluster",
    /** The ConfigMap in which the controller says that the cluster has held data, and which is to be copied anew. */
    topology: "/etc/mysql-topology",
    /** The ConfigMap that says how many Pods there are to be. */
    declared: "/etc/mysql-declared",
    credentials: "/run/secrets/mysql",
    internalCredentials: "/run/secrets/mysql-internal",
    /** In memory: the socket, what differs between Pods (server.cnf) and the SQL of each start (boot.sql). */
    run: "/run/mysqld",
    temporary: "/tmp",
} as const;

export const port = 3306;
