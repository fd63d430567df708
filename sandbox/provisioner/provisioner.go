package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// directoryMode lets any user of a Pod write: the export knows no Kubernetes users.
const directoryMode = 0o777

// provisioner makes and unmakes directories for volumes; the library does the rest.
type provisioner struct {
	client kubernetes.Interface
	export export
}

var _ controller.Provisioner = (*provisioner)(nil)

func (p *provisioner) Provision(
	ctx context.Context,
	options controller.ProvisionOptions,
) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	class := options.StorageClass
	// The library that upstream is built on asks the API server, so its RBAC rules must allow it.
	if _, err := p.getVolume(ctx, options.PVName); err == nil {
		return nil, controller.ProvisioningFinished,
			&controller.IgnoredError{Reason: "the volume exists already"}
	}
	directory, err := p.provisionDirectory(options)
	if err != nil {
		// These words, which stand in the claim's event, are the older library's.
		return nil, controller.ProvisioningFinished,
			fmt.Errorf("failed to provision volume with StorageClass %q: %w", class.Name, err)
	}
	return p.volume(options, directory), controller.ProvisioningFinished, nil
}

// provisionDirectory returns the directory relative to the export.
func (p *provisioner) provisionDirectory(options controller.ProvisionOptions) (string, error) {
	if options.PVC.Spec.Selector != nil {
		return "", errors.New("claim Selector is not supported")
	}
	directory := directoryFor(options.PVC, options.PVName, options.StorageClass)
	if err := makeDirectory(p.export.local(directory)); err != nil {
		return "", fmt.Errorf("unable to create directory to provision new pv: %w", err)
	}
	return directory, nil
}

func makeDirectory(path string) error {
	if err := os.MkdirAll(path, directoryMode); err != nil {
		return err
	}
	// MkdirAll obeys the umask. A directory found again under a fixed pathPattern may belong to
	// another user: then its mode stays as it is, which is no failure.
	if err := os.Chmod(path, directoryMode); err != nil {
		klog.InfoS("The mode of the directory stays as it is", "path", path, "err", err)
	}
	return nil
}

func (p *provisioner) volume(
	options controller.ProvisionOptions,
	directory string,
) *corev1.PersistentVolume {
	claim, class := options.PVC, options.StorageClass
	reclaimPolicy := corev1.PersistentVolumeReclaimDelete
	if class.ReclaimPolicy != nil {
		reclaimPolicy = *class.ReclaimPolicy
	}
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: corev1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: reclaimPolicy,
			AccessModes:                   claim.Spec.AccessModes,
			MountOptions:                  class.MountOptions,
			Capacity: corev1.ResourceList{
				corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage],
			},
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				NFS: &corev1.NFSVolumeSource{
					Server: p.export.server,
					Path:   p.export.remote(directory),
				},
			},
		},
	}
}

func (p *provisioner) Delete(ctx context.Context, volume *corev1.PersistentVolume) error {
	// As in Provision: upstream asks once more, and leaves the volume alone when it can't.
	if _, err := p.getVolume(ctx, volume.Name); err != nil {
		return &controller.IgnoredError{Reason: err.Error()}
	}
	if volume.Spec.NFS == nil {
		return fmt.Errorf("volume %s is not an NFS volume", volume.Name)
	}
	// v4.0.2 looks for the last element of the path in the export's root, so it never finds the
	// directory of a pathPattern with a slash and leaves it where it is.
	name := filepath.Base(volume.Spec.NFS.Path)
	path := p.export.local(name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		klog.Warningf("path %s does not exist, deletion skipped", path)
		return nil
	}
	disposal, err := p.disposalFor(ctx, volume)
	if err != nil {
		return err
	}
	switch disposal {
	case retain:
		return nil
	case remove:
		return os.RemoveAll(path)
	default:
		archived := p.export.local("archived-" + name)
		klog.V(4).Infof("archiving path %s to %s", path, archived)
		return os.Rename(path, archived)
	}
}

func (p *provisioner) getVolume(ctx context.Context, name string) (*corev1.PersistentVolume, error) {
	return p.client.CoreV1().PersistentVolumes().Get(ctx, name, metav1.GetOptions{})
}

// disposalFor reads the class as it is now: it must outlive its volumes.
func (p *provisioner) disposalFor(
	ctx context.Context,
	volume *corev1.PersistentVolume,
) (disposal, error) {
	name := volume.Spec.StorageClassName
	if beta := volume.Annotations[corev1.BetaStorageClassAnnotation]; beta != "" {
		name = beta
	}
	if name == "" {
		return archive, errors.New("volume has no storage class")
	}
	class, err := p.client.StorageV1().StorageClasses().Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return archive, err
	}
	return disposalOf(class)
}
