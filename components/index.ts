export * from "./mysqlCluster";
export * from "./nfsProvisioner";
export * from "./statefulService";
