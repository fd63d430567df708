// Command provisioner stands in, on the sandbox, for kubernetes-sigs/nfs-subdir-external-provisioner
// v4.0.2, whose image only a registry has. It keeps that program's contract: environment, mount point,
// directory names, StorageClass parameters, events and API calls, so that the Deployment, the
// StorageClasses and the RBAC rules written for the real one are tried on the sandbox unchanged.
package main

import (
	"context"
	"flag"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func main() {
	klog.InitFlags(nil)
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		klog.ErrorS(err, "The provisioner can't go on")
		klog.FlushAndExit(klog.ExitFlushTimeout, 1)
	}
	klog.Flush()
}

func run(ctx context.Context) error {
	settings, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	client, err := connect(settings.kubeconfig)
	if err != nil {
		return err
	}
	volumes := &provisioner{
		client: client,
		export: export{server: settings.server, path: settings.path, mountPoint: mountPoint},
	}
	// The library locks on a Lease; upstream's older one locks on an Endpoints object, for which its
	// RBAC rules are written. So the election is held here (leaderLock.go) and not by the library.
	library := controller.NewProvisionController(ctx, client, settings.provisionerName, volumes,
		controller.LeaderElection(false))
	work := library.Run
	if settings.expansion {
		growth := &expander{client: client, provisionerName: settings.provisionerName}
		work = func(ctx context.Context) {
			go growth.run(ctx)
			library.Run(ctx)
		}
	}
	if !settings.leaderElection {
		work(ctx)
		return nil
	}
	return runAsLeader(ctx, client, settings.provisionerName, work)
}

func connect(kubeconfig string) (kubernetes.Interface, error) {
	load := rest.InClusterConfig
	if kubeconfig != "" {
		load = func() (*rest.Config, error) {
			return clientcmd.BuildConfigFromFlags("", kubeconfig)
		}
	}
	config, err := load()
	if err != nil {
		return nil, err
	}
	// Each renewal of the lock would log that Endpoints are deprecated.
	config.WarningHandler = rest.NoWarnings{}
	return kubernetes.NewForConfig(config)
}
