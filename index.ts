import { MysqlCluster, NfsProvisioner } from "./components";
import * as k8s from "./components/kubernetes";
import { restrictedNamespaceLabels } from "./components/namespace";
import { loadSettings } from "./settings";

const settings = loadSettings();

// Not the default provider: what somebody changed by hand would stop every run with a conflict, where the
// stack's word is to win.
const cluster = new k8s.Provider("cluster", { ...settings.cluster, enablePatchForce: true });

// For what may be there already: what outlives `pulumi destroy` with the data, and what someone prepared.
// The next `pulumi up` takes it over as it finds it.
const adopting = new k8s.Provider("adopting", {
    ...settings.cluster,
    upsertExistingObjects: true,
    // The number of Pods changes in place; replaced, a ConfigMap of a fixed name would be gone for a moment.
    enableConfigMapMutable: true,
    enablePatchForce: true,
});

const namespaceResource = settings.createNamespace
    ? new k8s.core.v1.Namespace(
          "mysql",
          { metadata: { name: settings.namespace, labels: restrictedNamespaceLabels } },
          { provider: adopting, retainOnDelete: true, protect: settings.protect },
      )
    : // Read, so that a wrong name fails at preview already. The engine's error names the resource, hence a
      // name that is the key of the configuration (here and below; it has nothing to do with type tokens).
      k8s.core.v1.Namespace.get("mysql-nfs:namespace", settings.namespace, { provider: cluster });

const storage =
    "nfs" in settings.storage
        ? {
              storageClassName: new NfsProvisioner(
                  "nfs",
                  {
                      ...settings.storage.nfs,
                      protect: settings.protect,
                      adoptingProvider: adopting,
                  },
                  { providers: [cluster] },
              ).storageClassName,
              // The size of a directory limits nothing.
              storageExpandable: false,
          }
        : existingClass(settings.storage.storageClassName);

export const namespace = namespaceResource.metadata.name;

const mysql = new MysqlCluster(
    "mysql",
    {
        ...settings.mysql,
        ...storage,
        namespace,
        protect: settings.protect,
        adoptingProvider: adopting,
    },
    { providers: [cluster] },
);

export const {
    primaryDnsName,
    primaryEndpoint,
    readEndpoint,
    podDnsNames,
    port,
    credentialsSecretName,
    databaseName,
    userName,
    password,
    rootPassword,
} = mysql;

function existingClass(name: string) {
    const found = k8s.storage.v1.StorageClass.get("mysql-nfs:storageClassName", name, {
        provider: cluster,
    });
    return {
        storageClassName: found.metadata.name,
        storageExpandable: found.allowVolumeExpansion,
    };
}
