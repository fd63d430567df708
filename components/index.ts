export * from "./mysqlCluster";
export * from "./nfsProvisioner";
export * from "./nfsVolumes";
export * from "./statefulService";
export * from "./throwawayNamespace";
